import type { Params, SearchSpace } from "../../src/space/index.ts";

/** A configuration as it would train. */
export interface Training {
  /** The value after each epoch, the first one's first; NaN from where it diverged. */
  readonly curve: readonly number[];
  /** The configuration that is trained, if a pool has another one than was asked for. */
  readonly row?: Params;
}

/** One task with one seed: what a strategy with its pruner (or a peer) minimises in one run. */
export interface TrainingProblem {
  readonly suite: string;
  readonly task: string;
  readonly seed: number;
  readonly space: SearchSpace;
  /** Of a full training. */
  readonly epochs: number;
  /** Normalised: 0 the best known, 1 having nothing. */
  regretOf(value: number): number;
  train(params: Params, number: number): Training | Promise<Training>;
}

/** A family of training problems whose regrets may be put into one table. */
export interface TrainingSuite {
  readonly name: string;
  /** One line: what is minimised, and what regret 0 and 1 mean. */
  readonly about: string;
  readonly epochs: number;
  /** `usual`: what is run when none are picked. @throws HpoError if its data is not there */
  tasks(
    data: string | undefined,
  ): Promise<{ readonly all: readonly string[]; readonly usual: readonly string[] }>;
  /** A fresh problem: pools start unused. */
  open(task: string, seed: number, data: string | undefined): Promise<TrainingProblem>;
}
