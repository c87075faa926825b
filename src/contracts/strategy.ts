import type { Rng } from "../numerics/rng.ts";
import type { Prior } from "../space/prior.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import type { StudyRoles } from "./study-roles.ts";
import type { Failure, Report } from "./trial.ts";

/**
 * Proposes parameters from what earlier trials gave (a sampler, in Optuna's words).
 *
 * A strategy's state is a cache of the history: folding `observe` over the finished trials, in the
 * order in which they finished, gives it. All values are minimised; the study flips signs.
 *
 * Contract (checked by `strategyContract` of src/testing/strategy-contract.ts):
 * - `suggest` never changes what later calls return: the same state and context give the same
 *   suggestion, whatever was asked in between. Models may be memoised.
 * - randomness comes from `context.rng` alone, so a suggestion is a function of the state, the
 *   pending trials and the generator, and gives the same bits on every Node.
 * - `observe` owns the state that it is given: it may change and return it, in amortised O(1).
 *   Expensive fitting belongs into `suggest`.
 */
export interface Strategy<State = unknown> {
  /** As the registry of strategies knows it. */
  readonly name: string;
  /**
   * What the factory was given, as JSON: kept with the study, so that the command line goes on with
   * the same strategy and any suggestion can be replayed.
   */
  readonly options?: Readonly<Record<string, unknown>>;
  /**
   * Raised whenever its suggestions from the same history change; 1 if left out. Kept with the study:
   * a resume or a replay by another revision says so before anything runs.
   */
  readonly revision?: number;
  /** What each revision of its code from the second on changed, a clause each; no records. */
  readonly changes?: readonly string[];
  /** Pauses trials at rungs and goes on with the best: a pruner that `races` may not stand beside it. */
  readonly promotes?: boolean;
  /** FILE#EXPORT, where hpo loaded it from a file that its user named: kept with the study. */
  readonly file?: string;
  /**
   * Whether it looks at reports of finished trials other than the last one of a trial that did not
   * complete. Where not, a process that only asks leaves the others unread. True if left out.
   */
  usesReports?(context: StrategyContext): ReportsUse;
  init(context: StrategyContext): State;
  observe(state: State, trial: Observation): State;
  suggest(state: State, context: SuggestContext): Suggestion;
}

/** Always, never, or once a trial that was pruned or runs has reported, beside which others are looked at. */
export type ReportsUse = boolean | "besideStopped";

/** Whether all reports must be known to suggest by it; see `Strategy`. */
export const reportsMatter = (
  strategy: Pick<Strategy, "usesReports">,
  context: StrategyContext,
): ReportsUse => strategy.usesReports?.(context) ?? true;

/** What a strategy knows before the first trial. */
export interface StrategyContext {
  readonly space: SearchSpace;
  /** How many metrics there are; all are minimised. At least 1. */
  readonly metricCount: number;
  /** What is believed before any trial: the parameters' own priors, or the theory's. */
  readonly prior?: Prior;
  /**
   * Whether the study itself weakens or drops the prior where its trials contradict it, and then
   * begins anew with another one: a strategy that doubts priors leaves this one alone.
   */
  readonly priorIsWatched?: boolean;
  /** Which parameters play which part in a training, where the study says so. */
  readonly roles?: StudyRoles;
  /** The trials that the study is to have in all, if it is known: some priors fade with it. */
  readonly trialBudget?: number;
  /** The study's, 0 if left out: for what is drawn once for a whole study, as a scrambled sequence. */
  readonly seed?: number;
}

/** A finished trial, as strategies and pruners see it. */
export interface Observation {
  readonly number: number;
  /** May lack parameters of the space or lie outside it: ranges move, others add trials. */
  readonly params: Params;
  readonly outcome: "complete" | "pruned" | "failed";
  /**
   * Minimised, one per metric, ±Infinity possible, never NaN. Of a pruned trial its last report,
   * or nothing; of a failed one nothing.
   */
  readonly values: readonly number[];
  /** Minimised, by ascending step; may hold NaN. */
  readonly reports: readonly Report[];
  /** The number of the trial whose training it went on with; the reports are its own. */
  readonly continueFrom?: number;
  /** ≤ 0 is feasible. */
  readonly constraints?: readonly number[];
  readonly failure?: Failure;
}

/** A trial that is under way. */
export interface PendingTrial {
  readonly number: number;
  readonly params: Params;
  /**
   * Minimised, by ascending step. To a pruner no copy: the array grows at its end as the trial
   * reports, and another one takes its place where a report comes out of order.
   */
  readonly reports: readonly Report[];
  /** The number of the trial whose training it goes on with; the reports are its own. */
  readonly continueFrom?: number;
}

/**
 * What a strategy knows as it suggests: the trial's number, the trials under way, its generator.
 */
export interface SuggestContext {
  /** Of the trial to be. */
  readonly number: number;
  readonly pending: readonly PendingTrial[];
  readonly rng: Rng;
}

/** Parameters to be tried, or `exhausted` where a finite strategy is at its end. */
export type Suggestion =
  | {
      readonly kind: "params";
      /** A value for every parameter of the space that exists beside the others. */
      readonly params: Params;
      /** The number of a paused trial whose training this one goes on with. */
      readonly continueFrom?: number;
      /**
       * The step at which the trial pauses: `shouldPrune` is true from its report there. Left out:
       * it goes to its end.
       */
      readonly maxStep?: number;
      /** What led to it, for people to read. */
      readonly why?: Why;
    }
  /** Nothing is left to suggest: a grid at its end. */
  | { readonly kind: "exhausted"; readonly message: string };

/** Short facts behind a suggestion, such as { phase: "start" } or { expectedImprovement: 0.02 }. */
export type Why = Readonly<Record<string, string | number | boolean>>;

/** Failures that say something about the parameters; the others (a lost host) do not. */
export const isEvidence = (failure: Failure): boolean =>
  failure.reason === "diverged" || failure.reason === "outOfMemory";

/**
 * What is kept of a strategy with a study: its name, the options that its factory was given, as JSON,
 * its revision, and the file that it came from, if it is its user's own; never its code. One that stands on another keeps that one's identity among its
 * options.
 */
export interface StrategyIdentity {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** 1 if left out. */
  readonly revision?: number;
  /** FILE#EXPORT, if it came from a file: told to who lacks it, and never loaded by itself. */
  readonly file?: string;
}
