/** A worker, as a coordinator knows it. */
export interface HeardWorker {
  readonly worker: string;
  readonly host: string;
  /** When it was heard last, as `performance.now` counts. */
  readonly at: number;
}

/** The workers of a coordinator, as it tells those who look. */
export interface Present {
  /** After what silence a worker's trials may be given to others. */
  readonly leaseMs: number;
  readonly workers: readonly {
    readonly worker: string;
    readonly host: string;
    readonly lastSignMs: number;
  }[];
}

/** How long a worker whose line was cut as it waited has to come again. */
const REJOIN_MS = 5000;

/** Which workers a coordinator has heard, by its own clock. */
export class HeardWorkers {
  readonly #leaseMs: number;
  readonly #heard = new Map<string, HeardWorker>();
  /** Those who know that the study is done, or said that they leave. */
  readonly #gone = new Set<string>();
  /** When the line of a waiting worker was cut that did not come again since. */
  readonly #cut = new Map<string, number>();
  /** Since when this process could hear them without a break. */
  #listensSince = performance.now();
  #tickedAt = performance.now();

  /** @param leaseMs after what silence a worker's trials may be given to others */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  hear({ worker, host }: Pick<HeardWorker, "worker" | "host">): void {
    this.#heard.set(worker, { worker, host, at: performance.now() });
  }

  /** It asks for a trial: it is there, whatever was before. */
  claims(slot: Pick<HeardWorker, "worker" | "host">): void {
    this.#gone.delete(slot.worker);
    this.#cut.delete(slot.worker);
    this.hear(slot);
  }

  /** It comes no more: it was told that the study is done, or leaves. */
  goes(worker: string): void {
    this.#gone.add(worker);
  }

  cut(worker: string): void {
    this.#cut.set(worker, performance.now());
  }

  hostOf(worker: string): string {
    return this.#heard.get(worker)?.host ?? "";
  }

  /** Called all the time: where that was too long ago, this process was stopped and heard nobody. */
  tick(): void {
    if (this.#wasStopped()) this.#listensSince = performance.now();
    this.#tickedAt = performance.now();
  }

  #wasStopped(): boolean {
    return performance.now() - this.#tickedAt > this.#leaseMs / 2;
  }

  /** Whether a worker gave no sign for a whole lease, in which it could have been heard. */
  isSilent(worker: string): boolean {
    if (this.#wasStopped()) return false;
    const last = Math.max(this.#heard.get(worker)?.at ?? 0, this.#listensSince);
    return performance.now() - last > this.#leaseMs;
  }

  /** Those that were heard in the last so many ms, and have not gone. */
  living(withinMs: number = this.#leaseMs): readonly HeardWorker[] {
    const now = performance.now();
    return [...this.#heard.values()].filter(
      ({ worker, at }) => now - at <= withinMs && !this.#gone.has(worker),
    );
  }

  /** Those that live, whether they have a trial or wait for one. */
  get present(): Present {
    const now = performance.now();
    const workers = this.living()
      .filter((each) => !this.#hasLeft(each))
      .map(({ at, ...rest }) => ({ ...rest, lastSignMs: now - at }));
    return { leaseMs: this.#leaseMs, workers };
  }

  /** Its line was cut as it waited, and nothing was heard of it since. */
  #hasLeft({ worker, at }: HeardWorker): boolean {
    const cut = this.#cut.get(worker);
    return cut !== undefined && cut >= at && performance.now() - cut >= REJOIN_MS;
  }

  /** Those who are still to hear that the study is done. */
  get awaited(): readonly HeardWorker[] {
    const now = performance.now();
    return this.living().filter(({ worker }) => now - (this.#cut.get(worker) ?? now) < REJOIN_MS);
  }
}
