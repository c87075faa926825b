/** One strategy (or peer) on one problem: what --json holds, and all that tables are made of. */
export interface RunResult {
  readonly suite: string;
  readonly task: string;
  /** A strategy's name, with its arm where the suite has some, or a peer's, such as "optuna:gp". */
  readonly strategy: string;
  readonly seed: number;
  /** After each trial, the regret of the best value seen so far. As many as trials. */
  readonly regret: readonly number[];
  /** Per trial, the time to suggest it and to take in what finished before; empty: not measured. */
  readonly suggestMs: readonly number[];
  /** How many trials diverged. */
  readonly failed: number;
}

/** With what only this process needs to know. */
export interface DetailedResult extends RunResult {
  /** The numbers of the trials that diverged. */
  readonly failedTrials: readonly number[];
}

/** The row of a strategy in a suite with arms: "bayesian+theory". */
export const rowName = (strategy: string, arm: string | undefined): string =>
  arm === undefined ? strategy : `${strategy}+${arm}`;
