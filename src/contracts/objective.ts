import type { FloatOptions, IntOptions, Scalar } from "../space/distribution.ts";
import type { Params } from "../space/search-space.ts";
import type { Failure } from "./trial.ts";

/** A running trial, as its objective sees it; the same in the main thread and in a worker. */
export interface LiveTrial<P = Params> {
  readonly number: number;
  /** What the strategy suggested; in a define-by-run objective, what was asked for so far. */
  readonly params: P;
  /** An integer in [0, 2³¹) of this trial's own: for initialisation, shuffling, dropout. */
  readonly seed: number;
  /** Aborted when the study is told to stop at once or the trial's time is up. */
  readonly signal: AbortSignal;
  readonly userAttrs: Readonly<Record<string, unknown>>;
  /**
   * Reports the metric at a step (an integer ≥ 0); the first report at a step stands. NaN is kept,
   * and is evidence of divergence if it is the last one.
   * @throws HpoError on a step that is none; TrialFinishedError after the trial's end.
   */
  report(value: number, step: number): void;
  /**
   * Whether to stop this trial now: the pruner says so, or it has come to `maxStep`. Answer it by
   * throwing a TrialPruned, with a checkpoint saved where the strategy may continue the trial.
   */
  shouldPrune(): boolean;
  /** The paused trial whose training this one goes on with; undefined: start from the beginning. */
  readonly continueFrom?: Continuation | undefined;
  /** The step at which this trial pauses; undefined: it goes to its end. */
  readonly maxStep?: number | undefined;
  /** Keeps extra curves beside the metric: gradient norm, sharpness, learning rate, … */
  log(values: Readonly<Record<string, number>>, step: number): void;
  setUserAttr(name: string, value: unknown): void;
  /**
   * The trial's own folder, made when it is first asked for. What lies in it are the trial's
   * artefacts; a trial that is started again finds its checkpoints there.
   */
  readonly directory: string;
  /**
   * Keeps data as a file in the trial's folder, or a copy of the file or folder at a path.
   * @returns the path of what was kept
   */
  saveArtifact(name: string, data: string | Uint8Array): string;
  saveArtifact(path: string): string;
  /** Numbers that are ≤ 0 where the trial is feasible. */
  setConstraints(values: readonly number[]): void;
  /** Define-by-run: asks for a value. The same name gives the same value within a trial. */
  suggestFloat(name: string, low: number, high: number, options?: FloatOptions): number;
  suggestInt(name: string, low: number, high: number, options?: IntOptions): number;
  suggestCategorical<const Choice extends Scalar>(name: string, choices: readonly Choice[]): Choice;
}

/** A training to go on with: load what its trial saved, and report from the next step on. */
export interface Continuation {
  readonly number: number;
  /** The paused trial's folder; it need not be there if the trial saved nothing. */
  readonly directory: string;
  /** Of its last report. */
  readonly lastStep: number;
}

/**
 * What an objective returns: the metric; or all metrics in the study's order; or by their names.
 * NaN fails the trial as diverged. Anything else, nothing at all included, fails it in error, as if the
 * objective had thrown.
 */
export type ObjectiveResult = number | readonly number[] | Readonly<Record<string, number>>;

/**
 * What a trial runs: given the trial, gives the metric(s) or a promise of them. NaN is divergence.
 */
export type Objective<P = Params> = (
  trial: LiveTrial<P>,
) => ObjectiveResult | Promise<ObjectiveResult>;

/** How running a trial ended; the study makes a state of it. */
export type Outcome =
  | { readonly kind: "returned"; readonly result: unknown }
  | { readonly kind: "pruned" }
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      /** What the program told as its result before; it does not count, and is mentioned. */
      readonly result?: unknown;
      /** What was thrown, if it was thrown in this thread: re-raised to a programmatic caller. */
      readonly error?: unknown;
    };
