import type { CompleteTrial, Direction, TrialState } from "../contracts/trial.ts";
import { counted } from "../errors/counted.ts";
import { HpoError } from "../errors/errors.ts";

interface Judged<Best extends CompleteTrial> {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly bestTrials: readonly Best[];
}

/**
 * The best complete, feasible trial of a study with one metric; one that is infinitely bad is none.
 * @throws HpoError with several metrics, or if there is no such trial.
 */
export function bestTrialOf<Best extends CompleteTrial>(study: Judged<Best>): Best {
  const { name, directions, bestTrials } = study;
  if (directions.length > 1) {
    throw new HpoError(
      `Study "${name}" has ${directions.length} metrics and no single best trial. ` +
        "Use bestTrials: the trials that no other one beats in every metric.",
    );
  }
  if (bestTrials.length > 0) return bestTrials[0];
  throw new HpoError(whyNoBest(study));
}

/** Why a study has no best trial, nor a front. */
export function whyNoBest({
  name,
  counts,
}: Pick<Judged<CompleteTrial>, "name" | "counts">): string {
  const { complete, pruned, failed } = counts;
  return complete > 0
    ? `Study "${name}" has no best trial: of its ${counted(complete, "complete trial")} each is infinitely bad in a ` +
        "metric, violates a constraint or is excluded."
    : `Study "${name}" has no complete trial yet (${pruned} pruned, ${failed} failed).`;
}
