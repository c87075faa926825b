import { minimised } from "../../contracts/observation.ts";
import { isFeasible, type CompleteTrial, type FinishedTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { paramsKey } from "../../space/points.ts";
import type { StudyView } from "../study-view.ts";

/** A study with the trials that have finished. */
export type ConfirmedStudy = Pick<
  StudyView,
  "name" | "storage" | "directions" | "metricNames" | "version" | "finished"
>;

/**
 * The best complete, feasible trials of different parameters, best first.
 * @throws HpoError with several metrics, or without any such trial
 */
export function bestSettings(study: ConfirmedStudy, top: number): CompleteTrial[] {
  const { name, directions, finished } = study;
  if (directions.length !== 1) {
    throw new HpoError(
      `confirm: study ${JSON.stringify(name)} has ${directions.length} metrics, so no trial is the best. Enqueue ` +
        "those of its front that you choose between, in a study of their own.",
    );
  }
  const badness = ({ values }: CompleteTrial): number => minimised(values[0], directions[0]);
  const ranked = finished
    .filter(isCandidate)
    .sort((a, b) => badness(a) - badness(b) || a.number - b.number);
  const settings = new Map<string, CompleteTrial>();
  for (const trial of ranked) {
    const key = paramsKey(trial.params);
    if (!settings.has(key)) settings.set(key, trial);
  }
  if (settings.size === 0) {
    throw new HpoError(
      `confirm: study ${JSON.stringify(name)} has no complete trial. Run it first.`,
    );
  }
  return [...settings.values()].slice(0, top);
}

const isCandidate = (trial: FinishedTrial): trial is CompleteTrial =>
  trial.state === "complete" &&
  !trial.excluded &&
  isFeasible(trial) &&
  Number.isFinite(trial.values[0]);
