import type { Turn } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { SearchSpace } from "../../space/search-space.ts";
import type { StudyState } from "../study-state.ts";
import { whyUnstartable } from "../trial/queued-params.ts";

/** Queued trials that were checked, with the space that they fit, as a queue may be long. */
const startable = new WeakMap<Trial, SearchSpace>();

/**
 * Fails the queued trials whose values their parameters can never have: another library queued them,
 * or the space changed. Otherwise each ask would find them again.
 * @returns the numbers of those that it failed
 */
export async function failUnstartable(state: StudyState, turn: Turn): Promise<readonly number[]> {
  const { space } = state.version;
  if (!space) return [];
  const failed: number[] = [];
  for (const trial of state.history.waiting) {
    if (startable.get(trial) === space) continue;
    const { number, params } = trial;
    const message = whyUnstartable(params, space);
    if (message === undefined) {
      startable.set(trial, space);
      continue;
    }
    const attributes = { system: { [ATTRIBUTE.failure]: { reason: "error", message } } };
    const end = { state: "failed", completedAt: new Date(), attributes } as const;
    const index = await turn.finishTrial(state.history.idOf(number), end);
    if (index !== undefined) failed.push(number);
  }
  return failed;
}
