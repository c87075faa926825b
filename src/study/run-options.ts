import { mustBe, requireInteger, requireNumber, requireWithin } from "../errors/checks.ts";
import { NUMBERS } from "../errors/number-kinds.ts";
import type { Objective } from "../contracts/objective.ts";
import type { FinishedTrial } from "../contracts/trial.ts";
import { deviceOptionsOver, type DeviceOptions } from "../runner/devices/options.ts";
import { checkTrialOptions, trialOptionsOver, type TrialOptions } from "../runner/trial-options.ts";
import { checkFileLimits, type FileLimits } from "./cleaning/file-limits.ts";
import { parseNotify, type Notifying } from "./notify/notify-options.ts";
import { checkOptimizeFields } from "./definition-fields.ts";
import type { StopRule } from "./stopping/stop-rules.ts";

/** How many trials to run, how many at once, and what ends them. */
export interface OptimizeOptions extends TrialOptions, DeviceOptions, FileLimits, Notifying {
  /**
   * How many trials to add, ≥ 0, where a definition's `trials` and `--trials` are the study's total.
   * Without it the total counts: `total`, else the definition's.
   */
  readonly trials?: number;
  /** How many trials the study is to have in all, ≥ 0; trials of other processes count. */
  readonly total?: number;
  /** No trial is started after this time, in milliseconds, > 0; running ones are finished. */
  readonly timeoutMs?: number;
  /** Trials at once, ≥ 1; with devices as many as they take, else 1. */
  readonly workers?: number;
  /** When the study has had enough: the first rule that says so stops it. */
  readonly until?: StopRule | readonly StopRule[];
  /** Aborting stops at once: running trials are handed back, to be started again as they were. */
  readonly signal?: AbortSignal;
  /**
   * Whether to go on after an objective threw; it is thrown on if not (the default). Its trial is
   * failed either way. Divergence and lack of memory never stop a study.
   */
  readonly catch?: boolean | ((error: Error, trial: FinishedTrial) => boolean);
  /** Called after each trial's end, in this process's order; may call `study.stop()`. */
  readonly onTrial?: (trial: FinishedTrial) => void;
}

/** How a study runs where `optimize` is not told otherwise: what its definition says. */
export interface RunDefaults extends TrialOptions, DeviceOptions, FileLimits, Notifying {
  readonly objective?: Objective<never>;
  /** The URL of the module that exports the definition. */
  readonly url?: string;
  /** The study's total. */
  readonly trials?: number;
  readonly timeoutMs?: number;
  readonly until?: OptimizeOptions["until"];
  readonly workers?: number;
}

/** The options of a run: those given, else the definition's; the total only if nothing is added. */
export function runOptions(given: OptimizeOptions, defaults: RunDefaults): OptimizeOptions {
  checkOptimizeFields(given);
  const options = {
    total: given.trials === undefined ? defaults.trials : undefined,
    timeoutMs: defaults.timeoutMs,
    until: defaults.until,
    workers: defaults.workers,
    keepBest: defaults.keepBest,
    notify: defaults.notify,
    artifactsLimit: defaults.artifactsLimit,
    ...dropUndefined(given),
    ...dropUndefined(trialOptionsOver(given, defaults)),
    ...deviceOptionsOver(given, defaults),
  };
  checkTrialOptions("optimize", options);
  checkFileLimits("optimize", options);
  if (options.notify !== undefined) parseNotify("optimize: notify", options.notify);
  for (const key of ["trials", "total"] as const) {
    const value = options[key];
    if (value !== undefined) requireInteger(`optimize: ${key}`, value, 0);
  }
  requireNumber("optimize: workers", options.workers ?? 1, NUMBERS.workers);
  const { timeoutMs = Infinity } = options;
  requireWithin("optimize: timeoutMs", timeoutMs, 0, Infinity, { open: true });
  for (const rule of [options.until ?? []].flat() as readonly unknown[]) {
    if (typeof rule !== "function") {
      throw mustBe(
        "optimize: until",
        rule,
        "a stop rule, such as noImprovement(20), or a list of them",
      );
    }
  }
  checkCallbacks(options);
  return options;
}

function checkCallbacks({ signal, onTrial, catch: goesOn }: OptimizeOptions): void {
  if (
    signal !== undefined &&
    typeof (signal as unknown as EventTarget)?.addEventListener !== "function"
  ) {
    throw mustBe("optimize: signal", signal, "an AbortSignal, such as AbortSignal.timeout(60_000)");
  }
  if (onTrial !== undefined && typeof onTrial !== "function") {
    throw mustBe("optimize: onTrial", onTrial, "a function that takes a finished trial");
  }
  if (goesOn !== undefined && !["boolean", "function"].includes(typeof goesOn)) {
    throw mustBe("optimize: catch", goesOn, "true, false, or a function of an error and its trial");
  }
}

const dropUndefined = <Options extends object>(options: Options): Partial<Options> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Options>;
