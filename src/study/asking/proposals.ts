import type { StudyState } from "../study-state.ts";
import type { Suggest, Suggested, Unsuggested } from "./request.ts";

/**
 * Suggestions made ahead of the study's turn. One may be used if the trial still gets that number,
 * the trials before it are started as it assumed, and the same trials are excluded. Ends and
 * reports that came meanwhile it has not seen, which its record says.
 */
export class Proposals {
  readonly #state: StudyState;
  readonly #nextNumber: number;
  readonly #made = new Map<string, Suggested>();

  /** Remembers the study's next number, against which proposals are checked. */
  constructor(state: StudyState) {
    this.#state = state;
    this.#nextNumber = state.history.nextNumber;
  }

  add(trial: Unsuggested, suggested: Suggested): void {
    this.#made.set(keyOf(trial), suggested);
  }

  /** Called in the study's turn; undefined if no proposal still fits. */
  readonly take: Suggest = (trial) => {
    const { history, exclusions } = this.#state;
    if (history.nextNumber !== this.#nextNumber) return undefined;
    const suggested = this.#made.get(keyOf(trial));
    return suggested?.seen.exclusions === (exclusions.length || undefined) ? suggested : undefined;
  };
}

const keyOf = ({ number, before }: Unsuggested): string => `${before.join()} ${number}`;
