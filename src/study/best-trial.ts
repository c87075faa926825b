import type { CompleteTrial, Direction, TrialState } from "../contracts/trial.ts";
import { HpoError } from "../errors/errors.ts";

interface Judged<Best extends CompleteTrial> {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly bestTrials: readonly Best[];
}

/**
 * The best complete, feasible trial of a study with one metric.
 * @throws HpoError with several metrics, or if there is no such trial.
 */
export function bestTrialOf<Best extends CompleteTrial>(study: Judged<Best>): Best {
  const { name, directions, bestTrials, counts } = study;
  if (directions.length > 1) {
    throw new HpoError(
      `Study "${name}" has ${directions.length} metrics and no single best trial. ` +
        "Use bestTrials: the trials that no other one beats in every metric.",
    );
  }
  if (bestTrials.length > 0) return bestTrials[0];
  const { complete, pruned, failed } = counts;
  throw new HpoError(
    complete > 0
      ? `Study "${name}" has no feasible trial: all ${complete} violate a constraint.`
      : `Study "${name}" has no complete trial yet (${pruned} pruned, ${failed} failed).`,
  );
}
