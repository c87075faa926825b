import type { Params } from "../../src/space/index.ts";
import type { TrialAnswer, Problem } from "../problems/problem.ts";

/** Something that minimises problems: one of our strategies or a peer's. */
export interface Contender {
  readonly name: string;
  /** @param trials how many there will be */
  start(problem: Problem, trials: number): ContenderRun | Promise<ContenderRun>;
}

/** Under way on one problem. Asked and told in any order, as trials run beside each other. */
export interface ContenderRun {
  /** undefined: nothing is left to suggest. */
  ask(number: number): TimedSuggestion | undefined | Promise<TimedSuggestion | undefined>;
  tell(number: number, answer: TrialAnswer): void | Promise<void>;
}

export interface TimedSuggestion {
  readonly params: Params;
  /** What this question cost, with the tells since the one before. */
  readonly ms: number;
}
