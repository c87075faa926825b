import { LEASE_MS, type SignOfLife, type TrialLease } from "../../contracts/trial-lease.ts";

interface LastSign {
  readonly mark: string | undefined;
  readonly at: number;
}

/**
 * Tells from workers' signs of life when the trials that they hold may be taken over. Where the
 * storage has no clock that is common to writer and reader, this process's own clock says how long
 * a sign has stayed the same.
 */
export class LeaseWatch {
  /** After what silence a lease is over. */
  leaseMs = LEASE_MS;
  #last = new Map<string, LastSign>();
  /** When the signs were read last. */
  #readAt = -Infinity;

  /**
   * Whether the signs of these workers, who hold trials that can't be seen from here, are to be read:
   * one is new, or may have been silent for a lease by now. Others are forgotten: who is not looked at
   * may give many more signs, and is not to be judged by an old one once trials of theirs are seen again.
   */
  isDue(workers: readonly string[], now = performance.now()): boolean {
    const watched = new Set(workers);
    for (const worker of this.#last.keys()) if (!watched.has(worker)) this.#last.delete(worker);
    return workers.some((worker) => this.#holdsMs(worker, now) <= 0 || !this.#last.has(worker));
  }

  /** Takes in the last signs of `workers`, read just now. */
  update(
    workers: readonly string[],
    signs: ReadonlyMap<string, SignOfLife>,
    now = performance.now(),
  ): void {
    const last = new Map<string, LastSign>();
    for (const worker of workers) {
      const sign = signs.get(worker);
      const before = this.#last.get(worker);
      const isSame = before !== undefined && before.mark === sign?.mark;
      const at = sign?.ageMs === undefined ? (isSame ? before.at : now) : now - sign.ageMs;
      last.set(worker, { mark: sign?.mark, at });
    }
    this.#last = last;
    this.#readAt = now;
  }

  /**
   * Whether a lease's worker had been silent for all of it when signs were read last: whatever time
   * passed since then, in which this process may have been stopped, tells nothing of the worker.
   */
  isOver({ worker }: TrialLease): boolean {
    return this.#holdsMs(worker, this.#readAt) <= 0;
  }

  /** How long the leases of a worker still hold if it stays silent, in ms; at most 0: no longer. */
  holdsMs({ worker }: TrialLease, now = performance.now()): number {
    return this.#holdsMs(worker, now);
  }

  #holdsMs(worker: string, now: number): number {
    const last = this.#last.get(worker);
    return last ? last.at + this.leaseMs - now : this.leaseMs;
  }
}
