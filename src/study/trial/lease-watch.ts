import { LEASE_MS, type SignOfLife, type TrialLease } from "../../contracts/trial-lease.ts";

interface LastSign {
  readonly mark: string | undefined;
  readonly at: number;
}

/**
 * Tells from workers' heartbeats when their trials may be taken over. If the storage has no clock
 * that writer and reader share, this process's own clock measures how long a heartbeat has stayed
 * the same.
 */
export class LeaseWatch {
  /** How long a worker must be silent for its leases to expire. */
  leaseMs = LEASE_MS;
  #last = new Map<string, LastSign>();
  /** When the heartbeats were last read. */
  #readAt = -Infinity;

  /**
   * Whether the heartbeats of these workers have to be read: one is new, or may have been silent
   * for a whole lease by now. Other workers are forgotten: an old heartbeat must not be held
   * against them when they are watched again.
   */
  isDue(workers: readonly string[], now = performance.now()): boolean {
    const watched = new Set(workers);
    for (const worker of this.#last.keys()) if (!watched.has(worker)) this.#last.delete(worker);
    return workers.some((worker) => this.#holdsMs(worker, now) <= 0 || !this.#last.has(worker));
  }

  /** Takes in the last heartbeats of `workers`, read just now. */
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
   * Whether a lease had expired when heartbeats were last read. The time since then does not count,
   * as this process may have been suspended in it.
   */
  isOver({ worker }: TrialLease): boolean {
    return this.#holdsMs(worker, this.#readAt) <= 0;
  }

  /** How long a worker's leases still hold if it stays silent, in ms; ≤ 0 if they have expired. */
  holdsMs({ worker }: TrialLease, now = performance.now()): number {
    return this.#holdsMs(worker, now);
  }

  #holdsMs(worker: string, now: number): number {
    const last = this.#last.get(worker);
    return last ? last.at + this.leaseMs - now : this.leaseMs;
  }
}
