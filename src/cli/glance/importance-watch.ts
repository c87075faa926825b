/** Importance beside a study that runs: reckoned again as trials come, for a small part of the time. */
import type { Trial } from "../../contracts/trial.ts";
import type { ImportanceResult } from "../../importance/index.ts";
import { importanceOf } from "../../study/study-importance.ts";
import type { StudyView } from "../../study/study-view.ts";

/** Before so many complete trials importance means little. */
export const LEAST_COMPLETE = 20;
/** Looked at again when there are so many times as many complete trials. */
const GROWTH = 1.25;
/** Of the time since the run began; importance is reckoned in the thread that serves the trials. */
const SHARE_OF_TIME = 0.02;

export interface ImportanceWatch {
  /** What is known by now. */
  latest(): ImportanceResult | undefined;
}

/** @param clock milliseconds, rising */
export function importanceWatch(
  study: StudyView,
  clock: () => number = () => performance.now(),
): ImportanceWatch {
  const startedAt = clock();
  let known: ImportanceResult | undefined;
  let from = LEAST_COMPLETE;
  let spent = 0;
  let lastCost = 0;
  return {
    latest() {
      const { complete } = study.counts;
      const now = clock();
      const isAffordable = spent + lastCost <= SHARE_OF_TIME * (now - startedAt);
      if (complete < from || !isAffordable) return known;
      known = importanceNow(study);
      from = Math.ceil(complete * GROWTH);
      lastCost = clock() - now;
      spent += lastCost;
      return known;
    },
  };
}

/** Most trials that the glance uses, to be fast; `hpo study importance` uses all. */
const MOST_TRIALS = 150;

/**
 * By fANOVA of the complete trials; of many, of some that are spread evenly among them. Undefined
 * before it means something, and with several metrics.
 */
export function importanceNow(study: StudyView): ImportanceResult | undefined {
  if (study.directions.length > 1 || study.counts.complete < LEAST_COMPLETE) return undefined;
  const { name, directions, metricNames, version } = study;
  const trials = () => judgedTrials(study);
  return importanceOf({ name, directions, metricNames, version, trials }, {});
}

/** The trials that importance at a glance is judged by. */
export function judgedTrials(study: Pick<StudyView, "trials">): readonly Trial[] {
  const complete = study.trials("complete");
  const every = Math.ceil(complete.length / MOST_TRIALS);
  return complete.filter((_, index) => index % every === 0);
}
