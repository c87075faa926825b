import type { Observation, PendingTrial } from "../strategy.ts";
import type { Direction } from "../trial.ts";

/**
 * Decides, after a report, whether a running trial is hopeless. Reports are minimised; the study
 * flips signs. As with a strategy, the state is a fold over the finished trials.
 */
export interface Pruner<State = unknown> {
  readonly name: string;
  init(): State;
  /** Owns the state that it is given. */
  observe(state: State, trial: Observation): State;
  /** Whether to stop `trial`, which has at least one report. Never changes the state. */
  shouldPrune(state: State, context: PruneContext): boolean;
}

export interface PruneContext {
  readonly trial: PendingTrial;
  /** The other running trials. */
  readonly pending: readonly PendingTrial[];
  /**
   * The study's, "minimize" if left out: for bounds that the user gives in the metric's own sense.
   * The reports are minimised already.
   */
  readonly direction?: Direction;
}
