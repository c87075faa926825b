import { HpoError } from "../../src/errors/errors.ts";
import {
  contains,
  describeDistribution,
  isActive,
  type Params,
  type SearchSpace,
} from "../../src/space/index.ts";
import type { Contender } from "./contender.ts";
import type { TrialAnswer, Problem } from "../problems/problem.ts";
import type { DetailedResult } from "./run-result.ts";

export interface DriveOptions {
  readonly trials: number;
  /** How many trials run beside each other; they finish in the order in which they began. */
  readonly workers: number;
}

/**
 * Runs a contender on a problem. With w workers, w − 1 earlier trials are under way at every
 * question (fewer at the start), which is what parallel training looks like to a strategy.
 * @throws HpoError if the contender suggests what the space does not allow
 */
export async function drive(
  contender: Contender,
  problem: Problem,
  { trials, workers }: DriveOptions,
): Promise<DetailedResult> {
  const run = await contender.start(problem, trials);
  const record = recordOf(problem.startRegret);
  const suggestMs: number[] = [];
  const underWay: { readonly number: number; readonly answer: TrialAnswer }[] = [];
  const finishOldest = async (): Promise<void> => {
    const oldest = underWay.shift();
    if (!oldest) return;
    record.add(oldest.number, oldest.answer);
    await run.tell(oldest.number, oldest.answer);
  };
  for (let number = 0; number < trials; number++) {
    if (underWay.length >= workers) await finishOldest();
    const asked = await run.ask(number);
    if (!asked) break;
    checkParams(contender.name, number, problem.space, asked.params);
    suggestMs.push(asked.ms);
    underWay.push({ number, answer: await problem.evaluate(asked.params, number) });
  }
  while (underWay.length > 0) await finishOldest();
  return {
    suite: problem.suite,
    task: problem.task,
    strategy: contender.name,
    seed: problem.seed,
    regret: record.curve(trials),
    suggestMs,
    failed: record.failedTrials.length,
    failedTrials: record.failedTrials,
  };
}

/** The regret of the best value so far: what a user has who stops here (values may be noisy). */
function recordOf(startRegret: number) {
  const regrets: number[] = [];
  const failedTrials: number[] = [];
  let bestValue = Infinity;
  let bestRegret = startRegret;
  return {
    failedTrials,
    add(number: number, { value, regret }: TrialAnswer): void {
      if (Number.isNaN(value)) failedTrials.push(number);
      else if (value < bestValue) {
        bestValue = value;
        bestRegret = regret;
      }
      regrets.push(bestRegret);
    },
    /** One that ended early (a grid) keeps what it has. */
    curve: (length: number): number[] => Array.from({ length }, (_, i) => regrets[i] ?? bestRegret),
  };
}

function checkParams(name: string, number: number, space: SearchSpace, params: Params): void {
  const wrong = (parameter: string, what: string): HpoError =>
    new HpoError(
      `${name} suggested ${JSON.stringify(params)} for trial ${number}: "${parameter}" ${what}. ` +
        "Mend the strategy: it must give every parameter that exists a value in its range.",
    );
  const active = space.parameters.filter((parameter) => isActive(parameter, params));
  for (const parameter of active) {
    const { name: key, distribution } = parameter;
    if (!Object.hasOwn(params, key)) throw wrong(key, "is missing");
    if (!contains(distribution, params[key])) {
      throw wrong(key, `is not ${describeDistribution(distribution)}`);
    }
  }
  const stray = Object.keys(params).find((key) => !active.some((p) => p.name === key));
  if (stray !== undefined) throw wrong(stray, "does not exist beside the others");
}
