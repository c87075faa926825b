import { pendingOf } from "../../contracts/observation.ts";
import type { PendingTrial, Suggestion } from "../../contracts/strategy.ts";
import type { RunningTrial } from "../../contracts/trial.ts";
import type { StudyState } from "../study-state.ts";
import { seenNow, type Seen } from "./seen.ts";

/** What a suggestion is made from, beside the study's seed and the finished trials. */
export interface SuggestionRequest {
  /** The number of the trial that is to start. */
  readonly number: number;
  readonly pending: readonly PendingTrial[];
  /** The numbers of finished trials that are left out. */
  readonly excluded: ReadonlySet<number>;
  readonly seen: Seen;
}

/** A suggestion, and what it had seen. */
export interface Suggested {
  readonly suggestion: Suggestion;
  readonly seen: Seen;
}

/** A trial that needs a suggestion, as it stands in a plan. */
export interface Unsuggested {
  readonly number: number;
  /** The trials that run, and those that the plan starts before it; by number. */
  readonly running: readonly RunningTrial[];
  /** The numbers of the trials that the plan starts before it, in their order. */
  readonly before: readonly number[];
  /** How many trials had finished when the plan was begun. */
  readonly finished: number;
}

/** Gives a plan its suggestions. Undefined: there is none, and the plan ends there. */
export type Suggest = (
  trial: Unsuggested,
) => Suggested | undefined | Promise<Suggested | undefined>;

/** The request for a suggestion for `trial`, as the study stands now. */
export function requestOf(state: StudyState, trial: Unsuggested): SuggestionRequest {
  const { history, record, exclusions, version } = state;
  const { number, running, finished } = trial;
  return {
    number,
    pending: running.map((one) => pendingOf(one, record.directions)),
    excluded: history.excluded,
    seen: seenNow({
      ...{ number, finished, running, unfinished: history.unfinished },
      ...{ exclusionCount: exclusions.length, isDeclared: version.space !== undefined },
    }),
  };
}
