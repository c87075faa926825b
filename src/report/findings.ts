import type { CompleteTrial, FinishedTrial } from "../contracts/trial.ts";
import { importance, type ImportanceResult } from "../importance/index.ts";
import { frontOf } from "../plots/kinds/pareto.ts";
import { bestOf, metricOf, metricsOf, type Best, type Metric } from "../plots/study/metric.ts";
import { badnessOf } from "../plots/study/plotted-trial.ts";
import { plottedStudy, type PlottedStudy, type StudyToPlot } from "../plots/study/plotted-study.ts";

/** The part of an open study that a report reads. */
export interface StudyToReport extends StudyToPlot {
  readonly version: StudyToPlot["version"] & {
    readonly strategy: { readonly name: string };
    readonly seed: number;
  };
  /** In the order in which they finished. */
  readonly finished: readonly FinishedTrial[];
}

/** What all parts of a report speak of. */
export interface Findings {
  readonly study: PlottedStudy;
  readonly strategy: string;
  readonly seed: number;
  /** Of all trials, those that ended, in the order in which they did. */
  readonly finished: readonly FinishedTrial[];
  readonly metric: Metric;
  /** Complete, feasible trials by the metric, the best first. */
  readonly ranking: readonly Best[];
  /** Of several metrics, the trials whose values no other trial beats in each. */
  readonly front: readonly CompleteTrial[];
  readonly importance: ImportanceResult;
}

/** @throws HpoError if the study has no metric of this name */
export function findingsOf(given: StudyToReport, metricName: string | undefined): Findings {
  const study = plottedStudy(given);
  const metric = metricOf(study, metricName);
  const { direction, index } = metric;
  const ranking = study.trials
    .flatMap((trial) => bestOf([trial], metric) ?? [])
    .sort((a, b) => badnessOf(a.value, direction) - badnessOf(b.value, direction));
  return {
    study,
    strategy: given.version.strategy.name,
    seed: given.version.seed,
    finished: given.finished,
    metric,
    ranking,
    front: study.directions.length > 1 ? frontTrials(study) : [],
    importance: importance(study.trials, study.space, {
      directions: study.directions,
      metric: index,
    }),
  };
}

function frontTrials(study: PlottedStudy): CompleteTrial[] {
  const numbers = new Set(frontOf(study, metricsOf(study)).front.map(({ number }) => number));
  return study.trials.filter(
    (trial): trial is CompleteTrial => trial.state === "complete" && numbers.has(trial.number),
  );
}
