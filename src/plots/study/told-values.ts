import { observationOf } from "../../contracts/observation.ts";
import { isFinished, type FinishedTrial } from "../../contracts/trial.ts";
import { finalValues, type Curve } from "../../surrogate/final-values.ts";
import type { Metric } from "./metric.ts";
import type { PlottedStudy } from "./plotted-study.ts";

/** A trial with what it came to, or would have come to, minimised. */
export interface ToldValue {
  readonly trial: FinishedTrial;
  readonly value: number;
}

/**
 * What a model of the values learns from: complete trials; of a study with one metric those that were
 * stopped early, at what they would have come to as those that went on tell; and those that diverged or
 * ran out of memory, at the worst value of the others.
 */
export function toldValues({ trials, directions }: PlottedStudy, metric: Metric): ToldValue[] {
  const told: { trial: FinishedTrial; curve: Curve }[] = [];
  const worst: FinishedTrial[] = [];
  for (const trial of trials) {
    if (!isFinished(trial) || trial.excluded) continue;
    const { outcome, values, reports, failure } = observationOf(trial, directions);
    if (failure?.reason === "diverged" || failure?.reason === "outOfMemory") worst.push(trial);
    const known =
      directions.length === 1 ? reports.filter(({ value }) => Number.isFinite(value)) : [];
    const [steps, reported] = [known.map(({ step }) => step), known.map(({ value }) => value)];
    const final = values[metric.index];
    if (outcome === "complete" && Number.isFinite(final)) {
      told.push({ trial, curve: { steps, values: reported, final } });
    } else if (outcome === "pruned" && known.length > 0) {
      told.push({ trial, curve: { steps, values: reported } });
    }
  }
  const ends = finalValues(told.map(({ curve }) => curve));
  const known = told.map(({ trial }, i) => ({ trial, value: ends[i].value }));
  const most = known.reduce((largest, { value }) => Math.max(largest, value), -Infinity);
  return known.length === 0 ? [] : [...known, ...worst.map((trial) => ({ trial, value: most }))];
}
