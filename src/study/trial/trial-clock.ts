import { uptime } from "node:os";

/**
 * How long the machine was suspended since this process began: unlike `performance.now()`, its uptime goes on then,
 * and neither is set by anybody. In whole seconds on some systems.
 */
const suspendedMs = (): number => 1000 * uptime() - performance.now() - RUNNING_FROM;
const RUNNING_FROM = 1000 * uptime() - performance.now();
/** Deviations below it are roundings. */
const NOTABLE_MS = 2000;

/** A start that came later than this is stored with the end. */
const LATE_MS = 100;

/**
 * When a trial began to run and last said something, as `performance.now()` counts; and by it when it started and
 * ended, as clocks of the day may be set meanwhile.
 */
export class TrialClock {
  readonly #startedAt: Date;
  /** How long it had been started when this process first saw it. */
  readonly #before: number;
  readonly #seenAt = performance.now();
  #beganAt: number | undefined;
  #ranFrom: number | undefined;
  #heardAt = 0;
  #isStarting = false;

  constructor(startedAt: Date) {
    this.#startedAt = startedAt;
    this.#before = Math.max(0, Date.now() - startedAt.getTime());
  }

  /** Starts the time that limits are measured by. */
  begin(): void {
    this.#beganAt = this.#heardAt = performance.now();
    this.#ranFrom ??= this.#beganAt;
    this.#isStarting = false;
  }

  /** Its worker starts first, which is not the trial's time: `begin` is called again when it is done. */
  startsWorker(): void {
    this.#isStarting = true;
    this.#ranFrom = undefined;
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Undefined while it waits for its slot. */
  get beganAt(): number | undefined {
    return this.#beganAt;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whether what runs so far is its worker's start, and nothing of the trial. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** How long it has run, in ms. */
  ranMs(): number {
    return performance.now() - (this.#ranFrom ?? this.#seenAt);
  }

  /** It ends now, and ran for so long where it was run: on another machine. */
  ranFor(ms: number): void {
    this.#ranFrom = performance.now() - ms;
  }

  /** Its times if it ends now: as long after its start as it ran, whatever the clock of the day was set to. */
  endTimes(): EndTimes {
    const timeAt = (at: number): number =>
      this.#startedAt.getTime() + this.#before + at - this.#seenAt;
    const ranFrom = this.#ranFrom ?? this.#seenAt;
    const isLate = timeAt(ranFrom) - this.#startedAt.getTime() > LATE_MS;
    const lateStart = isLate ? new Date(timeAt(ranFrom)) : undefined;
    const ran = timeAt(performance.now());
    const isAhead = Date.now() - ran > NOTABLE_MS;
    // A process that was suspended is behind, and its clock right.
    const completedAt = isAhead && suspendedMs() > NOTABLE_MS ? Date.now() : ran;
    return { lateStart, completedAt: new Date(completedAt) };
  }
}

export interface EndTimes {
  /** When it ran, if that was some time after its stored start: it waited for its slot or its worker. */
  readonly lateStart: Date | undefined;
  readonly completedAt: Date;
}

/** The times of a trial that ends now; `active` if it ran here. */
export const endTimes = (
  active: { readonly clock: TrialClock } | undefined,
  { startedAt }: { readonly startedAt?: Date },
): EndTimes =>
  active?.clock.endTimes() ?? { lateStart: undefined, completedAt: endAfter(startedAt) };

/** Now, or when the trial started if clocks were set back since. */
export const endAfter = (startedAt: Date | undefined): Date =>
  new Date(Math.max(Date.now(), startedAt?.getTime() ?? 0));
