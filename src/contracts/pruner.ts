import type { Observation, PendingTrial, StrategyIdentity } from "./strategy.ts";
import type { StudyRoles } from "./study-roles.ts";
import type { Curves, Direction } from "./trial.ts";

/**
 * Decides, after a report, whether a running trial is hopeless. Reports are minimised; the study
 * flips signs. As with a strategy, the state is a fold over the finished trials.
 */
export interface Pruner<State = unknown> {
  /** As the registry of pruners knows it. */
  readonly name: string;
  /** What the factory was given, as JSON: kept with the study, as a strategy's. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** As a strategy's: raised whenever its decisions on the same reports change. */
  readonly revision?: number;
  readonly changes?: readonly string[];
  /** Stops all but the best, as a strategy that `promotes` does by itself. */
  readonly races?: boolean;
  /** FILE#EXPORT, as a strategy's. */
  readonly file?: string;
  init(): State;
  /** Owns the state that it is given. */
  observe(state: State, trial: Observation): State;
  /**
   * Whether to stop `trial`, which has at least one report. Never changes the state. Where the last
   * report is NaN the study stops the trial without asking.
   */
  shouldPrune(state: State, context: PruneContext): boolean;
  /** The same decision, with what people may want to know of it. */
  judge?(state: State, context: PruneContext): Judgement;
}

/** What is kept of a pruner with a study, as of a strategy. */
export type PrunerIdentity = StrategyIdentity;

/** A pruner's decision with its reason in words, and what it warns of. */
export interface Judgement {
  readonly prune: boolean;
  /** Where it is pruned, why; else what warns of its end. Kept with the trial. */
  readonly text?: string;
}

/** What a pruner knows of a study as it decides: its number of metrics, roles and settings. */
export interface PruneContext {
  readonly trial: PendingTrial;
  /** The other running trials. */
  readonly pending: readonly PendingTrial[];
  /**
   * The study's, "minimize" if left out: for bounds that the user gives in the metric's own sense.
   * The reports are minimised already.
   */
  readonly direction?: Direction;
  /** What the trial itself has logged so far; as it was, no signs flipped. */
  readonly curves?: Curves;
  /** Which parameters are the learning rate and the choice of the optimizer, if the study says. */
  readonly roles?: StudyRoles;
}
