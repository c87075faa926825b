import { pendingOf } from "../../contracts/observation.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import type { Direction, RunningTrial, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/search-space.ts";

type SeenPending = readonly [number: number, lastStep: number | null, names?: readonly string[]];

/** What a suggestion had seen: recorded with its trial, so that it can be computed again. */
export interface Seen {
  /** How many finished trials, in their order of finishing. */
  readonly finished: number;
  /**
   * The trials that were running, each with the step of its last report then and, where the objective
   * had yet to ask for more of its parameters, the names of those that it had asked for.
   */
  readonly pending: readonly SeenPending[];
  /** How many changes of what the search leaves out; 0 if left out. */
  readonly exclusions?: number;
}

/**
 * What a trial asked now has seen.
 * @param isDeclared whether trials have all their parameters from their start on
 */
export const seenNow = (
  finishedCount: number,
  running: readonly RunningTrial[],
  exclusionCount: number,
  isDeclared: boolean,
): Seen => ({
  finished: finishedCount,
  pending: running.map(({ number, params, reports }): SeenPending => {
    const lastStep = reports.at(-1)?.step ?? null;
    return isDeclared ? [number, lastStep] : [number, lastStep, Object.keys(params)];
  }),
  ...(exclusionCount > 0 && { exclusions: exclusionCount }),
});

/** The pending trials as they stood when `seen` was recorded. */
export const pendingAsSeen = (
  seen: Seen,
  trialOf: (number: number) => Trial | undefined,
  directions: readonly Direction[],
): PendingTrial[] =>
  seen.pending.flatMap(([number, lastStep, names]) => {
    const trial = trialOf(number);
    if (!trial) return [];
    const params = names ? pick(trial.params, names) : trial.params;
    return [pendingOf({ ...trial, params }, directions, lastStep ?? -1)];
  });

const pick = (params: Params, names: readonly string[]): Params =>
  Object.fromEntries(names.map((name) => [name, params[name]]));
