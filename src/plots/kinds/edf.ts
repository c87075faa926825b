import type { PlotChart, Mark } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { thinCurve } from "../study/curves.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { medianOf } from "../../numerics/quantile.ts";
import { beyondText, metricOf, noFiniteValue, valueScale, type Metric } from "../study/metric.ts";
import { badnessOf, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { counted } from "../../errors/counted.ts";

export interface EdfData {
  readonly metric: Metric;
  readonly studies: readonly {
    readonly name: string;
    /** Of complete trials, from the best to the worst. */
    readonly values: readonly number[];
    /** The share of complete trials that are as good as the value beside. */
    readonly shares: readonly number[];
    readonly count: number;
    readonly median: number;
  }[];
}

const MOST_POINTS = 1500;

/** @throws HpoError if a study has no complete trial */
export function edfData(study: PlottedStudy, options: PlotOptions = {}): EdfData {
  const studies = [study, ...(options.others ?? [])];
  return {
    metric: metricOf(study, options.metric),
    studies: studies.map((one) => distributionOf(one, metricOf(one, options.metric))),
  };
}

function distributionOf(study: PlottedStudy, metric: Metric): EdfData["studies"][number] {
  const found = study.trials.flatMap((trial) => {
    const isComplete =
      trial.state === "complete" && stateOf(trial, study.directions) === "complete";
    return isComplete ? trial.values[metric.index] : [];
  });
  const values = found
    .filter(Number.isFinite)
    .sort((a, b) => badnessOf(a, metric.direction) - badnessOf(b, metric.direction));
  if (values.length === 0) throw noFiniteValue(study, [metric]);
  const shares = values.map((_, i) => (i + 1) / values.length);
  const thinned = thinCurve({ steps: values, values: shares }, MOST_POINTS);
  return {
    name: study.name,
    values: thinned.steps,
    shares: thinned.values,
    count: values.length,
    median: medianOf(values),
  };
}

export function edfChart({ metric, studies }: EdfData): PlotChart {
  const all = studies.flatMap(({ values }) => values);
  const { scale, beyond, shown } = valueScale(all, metric.direction);
  const marks = studies.map(({ name, values, shares }, i): Mark => ({
    mark: "lines",
    ...(studies.length > 1 && { name }),
    colour: studies.length > 1 ? `series${i}` : "accent",
    width: 2.2,
    stepped: true,
    lines: [{ x: [shown(values[0]), ...values.map(shown)], y: [0, ...shares] }],
  }));
  const facts = studies.map(({ name, count, median: middle }) => {
    const said = `half of ${counted(count, "complete trial")} at ${numberText(middle)} or better`;
    return studies.length > 1 ? `${name}: ${said}` : said;
  });
  return {
    title: "Distribution of values",
    facts: [...facts, ...beyondText(beyond)],
    panels: [
      {
        x: { name: metric.name, scale },
        y: { name: "share as good", scale: { kind: "linear", low: 0, high: 1.02 } },
        marks,
      },
    ],
    width: 640,
    height: 400,
  };
}

export const edfPlot: PlotKind<EdfData> = {
  summary: "the share of trials that are as good as a value; of several studies too",
  takes: ["metric", "others"],
  data: edfData,
  chart: edfChart,
};
