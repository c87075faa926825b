import type { TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** The finished ones of trials that are added, in the order of the indexes that they came with. */
export function inFinishOrder<T extends Pick<TrialRecord, "state" | "systemAttrs">>(
  trials: readonly T[],
): T[] {
  const indexOf = ({ systemAttrs }: T): number =>
    Number(systemAttrs[ATTRIBUTE.finishIndex] ?? Infinity);
  const finished = trials.filter(({ state }) => state !== "waiting" && state !== "running");
  return finished.sort((a, b) => indexOf(a) - indexOf(b) || 0);
}
