import type { ActiveTrial } from "./active-trial.ts";
import type { TrialOptions } from "../../runner/trial-options.ts";
import type { Failure } from "../../contracts/trial.ts";

type Timeout = Extract<Failure, { reason: "timeout" }>;

/** Enforces a running trial's time limits. */
export interface TrialWatch {
  /** The trial is over. @returns its failure, if a limit ended it. */
  end(): Timeout | undefined;
}

const UNLIMITED: TrialWatch = { end: () => undefined };
/** The longest time that Node's timers can wait; longer limits take several timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** What a worker may take to start and to import its module, however short the trials' limits are. */
const LEAST_START_MS = 60_000;

/**
 * Aborts a trial that runs or is silent for too long.
 * @param isBlocking whether the trial runs in this thread, where no timer may interrupt it: then
 * its time is judged at its end, too.
 */
export function watchTrial(
  trial: ActiveTrial,
  { trialTimeoutMs = Infinity, silenceMs = Infinity }: TrialOptions,
  isBlocking: boolean,
): TrialWatch {
  if (trialTimeoutMs === Infinity && silenceMs === Infinity) return UNLIMITED;
  let over: Timeout | undefined;
  let hasEnded = false;
  let timer: NodeJS.Timeout | undefined;

  const soonest = Math.min(trialTimeoutMs, silenceMs);
  /** The time until a limit is reached; it stands still while the trial waits for its slot. */
  const left = (): number => {
    const { beganAt, heardAt, isStarting } = trial.clock;
    if (beganAt === undefined) return soonest;
    const ends = isStarting
      ? beganAt + startLimit(soonest)
      : Math.min(beganAt + trialTimeoutMs, heardAt + silenceMs);
    return Math.max(0, ends - performance.now());
  };
  const look = async (): Promise<void> => {
    // Reports that arrived while this thread was busy are handled first.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (hasEnded) return;
    if (left() > 0) return arm();
    const ranFor = performance.now() - trial.clock.beganAt!;
    if (trial.clock.isStarting) over = neverCalled(startLimit(soonest));
    else over = ranFor >= trialTimeoutMs ? tooLong(trialTimeoutMs) : tooSilent(silenceMs);
    trial.abort(new DOMException(over.message, "TimeoutError"));
  };
  const arm = (): void => {
    // No later than a limit ends that begins right now.
    const waits = Math.min(left(), soonest, LONGEST_TIMER_MS);
    timer = setTimeout(() => void look(), Math.ceil(waits));
  };
  arm();
  return {
    end: () => {
      hasEnded = true;
      clearTimeout(timer);
      const ranFor = performance.now() - (trial.clock.beganAt ?? Infinity);
      if (isBlocking && ranFor >= trialTimeoutMs) over ??= tooLongUnnoticed(trialTimeoutMs, ranFor);
      return over;
    },
  };
}

const startLimit = (limitMs: number): number => Math.max(limitMs, LEAST_START_MS);

const seconds = (ms: number): string => `${Number((ms / 1000).toPrecision(3))} s`;

const tooLong = (limitMs: number): Timeout => ({
  reason: "timeout",
  message:
    `The trial ran longer than its limit of ${seconds(limitMs)} and was stopped. Raise ` +
    "trialTimeoutMs (--trial-timeout, in YAML trialTimeoutSeconds) if it needs more.",
  limitMs,
});

const tooSilent = (limitMs: number): Timeout => ({
  reason: "timeout",
  message:
    `The trial reported and printed nothing for ${seconds(limitMs)} and was stopped. Let it report ` +
    "more often, or raise silenceMs (--silence, in YAML silenceSeconds).",
  limitMs,
});

const neverCalled = (limitMs: number): Timeout => ({
  reason: "timeout",
  message:
    `The trial's worker started for ${seconds(limitMs)} without calling the objective, and was stopped. See what ` +
    "its module does while it is imported; the limit is trialTimeoutMs or silenceMs, and a minute at least.",
  limitMs,
});

const tooLongUnnoticed = (limitMs: number, ranMs: number): Timeout => ({
  reason: "timeout",
  message:
    `The trial ran for ${seconds(ranMs)}, longer than its limit of ${seconds(limitMs)}, and could ` +
    "not be stopped, as it never yielded this thread. Give the objective as a module (url in " +
    "defineStudy, or optimize(new URL(…))): it then runs in a process that can be stopped.",
  limitMs,
});

/** Noted when an objective with time limits runs in this thread. */
export const BLOCKING_NOTE =
  "The objective runs in this thread, so its time limits stop it only where it awaits. Give it as a " +
  "module (url: import.meta.url in defineStudy, or optimize(new URL(…))) for limits that hold always.";
