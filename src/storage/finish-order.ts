import type { TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** The finished trials by the finish index that they were copied with; those without come last. */
export function inFinishOrder<T extends Pick<TrialRecord, "state" | "systemAttrs">>(
  trials: readonly T[],
): T[] {
  const indexOf = ({ systemAttrs }: T): number =>
    Number(systemAttrs[ATTRIBUTE.finishIndex] ?? Infinity);
  const finished = trials.filter(({ state }) => state !== "waiting" && state !== "running");
  return finished.sort((a, b) => indexOf(a) - indexOf(b) || 0);
}
