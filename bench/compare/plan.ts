import { HpoError } from "../../src/errors/errors.ts";
import { globMatcher } from "./options.ts";
import type { Problem, Suite } from "../problems/problem.ts";

/** A problem still to be opened: pools are fresh for each run. */
export interface ProblemPlan {
  readonly suite: Suite;
  readonly task: string;
  readonly seed: number;
  /** `arm`: one of the suite's. */
  open(arm?: string): Promise<Problem>;
}

export interface PlanOptions {
  readonly suites: readonly Suite[];
  readonly seeds: readonly number[];
  /** The folder of published data. */
  readonly data?: string;
  /** Picks tasks by name: patterns, comma-separated. */
  readonly tasks?: string;
}

/** @throws HpoError if data is missing or --tasks picks nothing */
export async function planProblems({
  suites,
  seeds,
  data,
  tasks: patterns,
}: PlanOptions): Promise<readonly ProblemPlan[]> {
  const plans: ProblemPlan[] = [];
  const available: string[] = [];
  for (const suite of suites) {
    const { all, usual } = await suite.tasks(data);
    const matches = patterns === undefined ? undefined : globMatcher(patterns);
    available.push(...all);
    for (const task of matches ? all.filter(matches) : usual) {
      for (const seed of seeds) {
        plans.push({ suite, task, seed, open: (arm) => suite.open(task, seed, data, arm) });
      }
    }
  }
  if (plans.length === 0) {
    throw new HpoError(
      patterns === undefined
        ? `--data ${data}: no tasks are there. bench/README.md says what belongs into it.`
        : `--tasks ${patterns} picks nothing. The tasks are ${available.join(", ")}.`,
    );
  }
  return plans;
}
