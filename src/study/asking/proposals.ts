import type { StudyState } from "../study-state.ts";
import type { Suggest, Suggested, Unsuggested } from "./request.ts";

/**
 * Suggestions that were made ahead of the study's turn. One is good while what it stands on is: that
 * the trial still gets its number, that those before it are started as it was told, and that the
 * search leaves out the same. Ends and reports that came meanwhile it has not seen, which is kept with it.
 */
export class Proposals {
  readonly #state: StudyState;
  readonly #nextNumber: number;
  readonly #made = new Map<string, Suggested>();

  /** To be filled as the study stands now. */
  constructor(state: StudyState) {
    this.#state = state;
    this.#nextNumber = state.history.nextNumber;
  }

  add(trial: Unsuggested, suggested: Suggested): void {
    this.#made.set(keyOf(trial), suggested);
  }

  /** To be asked in the study's turn; undefined if nothing good was proposed. */
  readonly take: Suggest = (trial) => {
    const { history, exclusions } = this.#state;
    if (history.nextNumber !== this.#nextNumber) return undefined;
    const suggested = this.#made.get(keyOf(trial));
    return suggested?.seen.exclusions === (exclusions.length || undefined) ? suggested : undefined;
  };
}

const keyOf = ({ number, before }: Unsuggested): string => `${before.join()} ${number}`;
