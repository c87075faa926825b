import type { WatchedPrior } from "../../src/contracts/watched-prior.ts";
import type { Params, SearchSpace } from "../../src/space/index.ts";

/** What a trial of a problem gave. */
export interface TrialAnswer {
  /** NaN: the trial diverged. */
  readonly value: number;
  /** Simple regret of this trial, as the suite defines it, ≥ 0. Infinity if it diverged. */
  readonly regret: number;
  /**
   * The point that was evaluated, if it is another one than was asked for: a pool answers with its
   * nearest row, and this row is then told as a finished trial, in place of the question.
   */
  readonly row?: Params;
}

/** What is known before the first trial, beside the space. */
export interface Knowledge {
  /** Weakened or dropped by the trials, as a study does it. */
  readonly prior?: WatchedPrior;
  /** Whether settings that were good elsewhere come first. */
  readonly portfolio?: boolean;
}

/** One task with one seed: what a strategy (or a peer) minimises in one run. */
export interface Problem {
  readonly suite: string;
  readonly task: string;
  readonly seed: number;
  readonly space: SearchSpace;
  /** The regret of having nothing: it stands until a trial is complete. */
  readonly startRegret: number;
  /** Left out: nothing but the priors of the space's own parameters. */
  readonly knowledge?: Knowledge;
  evaluate(params: Params, number: number): TrialAnswer | Promise<TrialAnswer>;
}

/** A family of problems whose regrets may be put into one table. */
export interface Suite {
  readonly name: string;
  /** One line: what is minimised, and what regret 0 and 1 mean. */
  readonly about: string;
  /**
   * How regrets of several tasks are put together: "log" takes the mean of log10 regret, clipped
   * below at a share of what random search leaves; "linear" the mean of regrets that the suite has
   * already normalised.
   */
  readonly scale: "log" | "linear";
  /**
   * What contenders may know before the first trial, by name: our strategies search once with each,
   * and each is compared with the baselines among them. Peers know nothing.
   */
  readonly arms?: { readonly names: readonly string[]; readonly baselines: readonly string[] };
  /** Trial counts at which regrets are shown, in place of the usual ones. */
  readonly checkpoints?: readonly number[];
  /** `usual`: what is run when none are picked. @throws HpoError if its data is not there */
  tasks(
    data: string | undefined,
  ): Promise<{ readonly all: readonly string[]; readonly usual: readonly string[] }>;
  /** A fresh problem: pools start unused. `arm`: one of `arms`; left out: nothing is known. */
  open(task: string, seed: number, data: string | undefined, arm?: string): Promise<Problem>;
}
