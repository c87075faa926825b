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

  /**
   * Takes in the last signs of `workers`, read just now, and forgets those of others: who is not looked
   * at may give many more, and is not to be judged by an old one once trials of theirs are seen again.
   */
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
  }

  /** How long the leases of a worker still hold if it stays silent, in ms; at most 0: no longer. */
  holdsMs({ worker }: TrialLease, now = performance.now()): number {
    const last = this.#last.get(worker);
    return last ? last.at + this.leaseMs - now : this.leaseMs;
  }
}
