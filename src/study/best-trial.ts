import {
  isFeasible,
  type CompleteTrial,
  type Direction,
  type FinishedTrial,
  type Trial,
  type TrialState,
} from "../contracts/trial.ts";
import { requireDirections } from "../contracts/directions.ts";
import { HpoError } from "../errors/errors.ts";

interface Judged<Best extends CompleteTrial> {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly finished: readonly FinishedTrial[];
  readonly bestTrials: readonly Best[];
}

/**
 * The best complete, feasible trial of a study with one metric; one that is infinitely bad is none.
 * @throws HpoError with several metrics or none, or if there is no such trial.
 */
export function bestTrialOf<Best extends CompleteTrial>(study: Judged<Best>): Best {
  const { name, directions, bestTrials } = study;
  requireDirections(study);
  if (directions.length > 1) {
    throw new HpoError(
      `Study ${JSON.stringify(name)} has ${directions.length} metrics and no single best trial. ` +
        "Use bestTrials: the trials that no other one beats in every metric.",
    );
  }
  if (bestTrials.length > 0) return bestTrials[0];
  throw new HpoError(whyNoBest(study));
}

/** Why a study has no best trial, nor a front. */
export function whyNoBest(
  study: Pick<Judged<CompleteTrial>, "name" | "directions" | "counts" | "finished">,
): string {
  const { name, counts } = study;
  const { pruned, failed } = counts;
  return counts.complete > 0
    ? `Study ${JSON.stringify(name)} has no best trial: ${whatIsWrong(study)}.`
    : `Study ${JSON.stringify(name)} has no complete trial yet (${pruned} pruned, ${failed} failed).`;
}

/** What keeps each of a study's complete trials, of which there are some, from being the best. */
export function whatIsWrong({
  directions,
  counts: { complete },
  finished,
}: Pick<Judged<CompleteTrial>, "directions" | "counts" | "finished">): string {
  if (directions.length === 0) return "it does not say what is better";
  const each =
    complete === 1 ? "its one complete trial" : `each of its ${complete} complete trials`;
  return finished.filter(isInfeasible).length === complete
    ? `${each} violates a constraint`
    : `${each} is infinitely bad in a metric, violates a constraint or is excluded`;
}

/** Complete, and yet no candidate for the best: it violates a constraint. */
export const isInfeasible = (trial: Trial): boolean =>
  trial.state === "complete" && !isFeasible(trial);
