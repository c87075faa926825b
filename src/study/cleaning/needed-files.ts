import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { isFinished, type Trial } from "../../contracts/trial.ts";

/**
 * The numbers of trials whose files are still needed: a running, waiting or lost trial goes on from
 * them, or the strategy may yet promote the trial.
 * @param promotes whether the strategy continues trials that paused
 */
export function neededFiles(trials: readonly Trial[], promotes: boolean): ReadonlySet<number> {
  const needed = new Set<number>();
  const continued = new Set<number>();
  for (const trial of trials) {
    if (!isFinished(trial)) needed.add(trial.number);
    if (trial.continueFrom === undefined) continue;
    (isFinished(trial) ? continued : needed).add(trial.continueFrom);
  }
  if (!promotes) return needed;
  for (const trial of trials) {
    const isPaused = trial.state === "pruned" && trial.systemAttrs[ATTRIBUTE.maxStep] !== undefined;
    if (isPaused && !continued.has(trial.number)) needed.add(trial.number);
  }
  return needed;
}
