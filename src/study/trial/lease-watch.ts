import { LEASE_MS, type SignOfLife, type TrialLease } from "../../contracts/trial-lease.ts";

/**
 * Tells from workers' signs of life when the trials that they hold may be taken over. Where the
 * storage has no clock that is common to writer and reader, this process's own clock says how long
 * a sign has stayed the same.
 */
export class LeaseWatch {
  /** After what silence a lease is over. */
  leaseMs = LEASE_MS;
  readonly #last = new Map<string, { readonly mark: string | undefined; readonly at: number }>();

  /** Takes in the last signs of `workers`, read just now. */
  update(
    workers: readonly string[],
    signs: ReadonlyMap<string, SignOfLife>,
    now = performance.now(),
  ): void {
    for (const worker of workers) {
      const sign = signs.get(worker);
      const before = this.#last.get(worker);
      if (sign?.ageMs !== undefined) {
        this.#last.set(worker, { mark: sign.mark, at: now - sign.ageMs });
      } else if (!before || before.mark !== sign?.mark) {
        this.#last.set(worker, { mark: sign?.mark, at: now });
      }
    }
  }

  /** How long the leases of a worker still hold if it stays silent, in ms; at most 0: no longer. */
  holdsMs({ worker }: TrialLease, now = performance.now()): number {
    const last = this.#last.get(worker);
    return last ? last.at + this.leaseMs - now : this.leaseMs;
  }
}
