/** A worker, as a coordinator knows it. */
export interface HeardWorker {
  readonly worker: string;
  readonly host: string;
  /** When it was heard last, as `performance.now` counts. */
  readonly at: number;
}

/** The workers that live, as a coordinator shows them. */
export interface Present {
  /** After what silence a worker's trials may be given to others. */
  readonly leaseMs: number;
  readonly workers: readonly {
    readonly worker: string;
    readonly host: string;
    readonly lastSignMs: number;
  }[];
}

/** How long a worker whose connection was cut as it waited has to reconnect. */
const REJOIN_MS = 5000;

/** Records when a coordinator last heard each worker, by its own clock. */
export class HeardWorkers {
  readonly #leaseMs: number;
  readonly #heard = new Map<string, HeardWorker>();
  /** The workers that know that the study is done, or said that they leave. */
  readonly #gone = new Set<string>();
  /** When the connection of a waiting worker was cut; only those that have not come back. */
  readonly #cut = new Map<string, number>();
  /** Since when this process has been able to hear workers without a break. */
  #listensSince = performance.now();
  #tickedAt = performance.now();

  /** @param leaseMs after what silence a worker's trials may be given to others */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  hear({ worker, host }: Pick<HeardWorker, "worker" | "host">): void {
    this.#heard.set(worker, { worker, host, at: performance.now() });
  }

  /** Called when a worker asks for a trial: it lives, even if it had left or was cut off. */
  claims(slot: Pick<HeardWorker, "worker" | "host">): void {
    this.#gone.delete(slot.worker);
    this.#cut.delete(slot.worker);
    this.hear(slot);
  }

  /** Called when a worker leaves, or was told that the study is done. */
  goes(worker: string): void {
    this.#gone.add(worker);
  }

  cut(worker: string): void {
    this.#cut.set(worker, performance.now());
  }

  hostOf(worker: string): string {
    return this.#heard.get(worker)?.host ?? "";
  }

  /** Called regularly: after a long gap, this process had been suspended and heard nobody. */
  tick(): void {
    if (this.#wasStopped()) this.#listensSince = performance.now();
    this.#tickedAt = performance.now();
  }

  #wasStopped(): boolean {
    return performance.now() - this.#tickedAt > this.#leaseMs / 2;
  }

  /** Whether a worker was silent for a whole lease in which this process was listening. */
  isSilent(worker: string): boolean {
    if (this.#wasStopped()) return false;
    const last = Math.max(this.#heard.get(worker)?.at ?? 0, this.#listensSince);
    return performance.now() - last > this.#leaseMs;
  }

  /** The workers that were heard in the last `withinMs`, and have not gone. */
  living(withinMs: number = this.#leaseMs): readonly HeardWorker[] {
    const now = performance.now();
    return [...this.#heard.values()].filter(
      ({ worker, at }) => now - at <= withinMs && !this.#gone.has(worker),
    );
  }

  /** The workers that live, whether they have a trial or wait for one. */
  get present(): Present {
    const now = performance.now();
    const workers = this.living()
      .filter((each) => !this.#hasLeft(each))
      .map(({ at, ...rest }) => ({ ...rest, lastSignMs: now - at }));
    return { leaseMs: this.#leaseMs, workers };
  }

  /** Whether its connection was cut as it waited, and nothing was heard of it since. */
  #hasLeft({ worker, at }: HeardWorker): boolean {
    const cut = this.#cut.get(worker);
    return cut !== undefined && cut >= at && performance.now() - cut >= REJOIN_MS;
  }

  /** The workers that live and have yet to be told that the study is done. */
  get awaited(): readonly HeardWorker[] {
    const now = performance.now();
    return this.living().filter(({ worker }) => now - (this.#cut.get(worker) ?? now) < REJOIN_MS);
  }
}
