import { HpoError } from "../../errors/errors.ts";
import { insertIntoFront } from "../../numerics/pareto.ts";
import type { PlotChart, Mark, PlotPanel } from "../chart/chart.ts";
import type { Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import {
  beyondText,
  metricOf,
  metricsOf,
  noFiniteValue,
  valueScale,
  type Metric,
} from "../study/metric.ts";
import { badnessOf, countsText, stateOf, type PlottedState } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface ParetoData {
  readonly metrics: readonly Metric[];
  /** Of each metric's values. */
  readonly scales: readonly Scale[];
  /** By trial its values, on their axes. */
  readonly front: Points;
  readonly dominated: Points;
  readonly infeasible: Points;
  readonly facts: readonly string[];
}

interface Points {
  readonly trials: readonly number[];
  readonly values: readonly (readonly number[])[];
}

const MOST = 3000;

interface Row {
  readonly number: number;
  readonly values: readonly number[];
  readonly badness: readonly number[];
  readonly state: PlottedState;
}

/** The complete trials with finite values, and of these the ones that no feasible one beats. */
export function frontOf(
  study: PlottedStudy,
  metrics: readonly Metric[],
): { readonly rows: readonly Row[]; readonly front: readonly Row[] } {
  const rows = study.trials.flatMap((trial): Row[] => {
    if (trial.state !== "complete") return [];
    const values = metrics.map(({ index }) => trial.values[index]);
    if (!values.every(Number.isFinite)) return [];
    const badness = values.map((value, i) => badnessOf(value, metrics[i].direction));
    return [{ number: trial.number, values, badness, state: stateOf(trial, study.directions) }];
  });
  const feasible = rows.filter(({ state }) => state !== "infeasible");
  let front: readonly Row[] = [];
  for (const row of feasible) front = insertIntoFront(front, row, ({ badness }) => badness);
  return { rows, front };
}

/** @throws HpoError with one metric, or without a complete trial of finite values */
export function paretoData(study: PlottedStudy, options: PlotOptions = {}): ParetoData {
  const metrics = options.metrics?.map((name) => metricOf(study, name)) ?? metricsOf(study);
  if (metrics.length < 2) {
    throw new HpoError(
      `A front needs two metrics, and ${options.metrics ? "one was named" : `study ${JSON.stringify(study.name)} has one`}. See "history" or "edf" instead.`,
    );
  }
  const { rows, front } = frontOf(study, metrics);
  if (rows.length === 0) throw noFiniteValue(study, metrics);
  const feasible = rows.filter(({ state }) => state !== "infeasible");
  const isFront = new Set(front.map(({ number }) => number));
  const axes = metrics.map(({ direction }, i) =>
    valueScale(
      rows.map(({ values }) => values[i]),
      direction,
    ),
  );
  // The front stays whole: its trials come before all others.
  const { kept, said } = thin(
    rows.map(({ number }) => (isFront.has(number) ? 0 : 1)),
    metrics.map((_, i) => rows.map(({ values }) => values[i])),
    MOST,
  );
  const points = (wanted: (row: Row) => boolean): Points => {
    const chosen = kept.map((i) => rows[i]).filter(wanted);
    return {
      trials: chosen.map(({ number }) => number),
      values: chosen.map(({ values }) => values.map((value, i) => axes[i].shown(value))),
    };
  };
  return {
    metrics,
    scales: axes.map(({ scale }) => scale),
    front: points(({ number }) => isFront.has(number)),
    dominated: points(({ number, state }) => !isFront.has(number) && state !== "infeasible"),
    infeasible: points(({ state }) => state === "infeasible"),
    facts: [
      `${front.length} of ${feasible.length} feasible trials are beaten by no other`,
      countsText(study.trials, study.directions),
      ...beyondText(axes.reduce((sum, { beyond }) => sum + beyond, 0)),
      ...(said ? [said] : []),
    ],
  };
}

/** Pairs of metrics that are drawn, at most. */
const MOST_PANELS = 6;

export function paretoChart(data: ParetoData): PlotChart {
  const { metrics, scales, facts } = data;
  const pairs = metrics.flatMap((_, i) =>
    metrics.slice(i + 1).map((__, k) => [i, i + 1 + k] as const),
  );
  const shown = pairs.slice(0, MOST_PANELS);
  const panels = shown.map(([i, k]): PlotPanel => ({
    x: { name: nameOf(metrics[i]), scale: scales[i] },
    y: { name: nameOf(metrics[k]), scale: scales[k] },
    marks: marksOf(data, i, k),
  }));
  const columns = Math.min(3, panels.length);
  return {
    title: "Pareto front",
    facts: [
      ...facts,
      ...(pairs.length > shown.length
        ? [`${shown.length} of ${pairs.length} pairs of metrics`]
        : []),
    ],
    panels,
    columns,
    width: panels.length === 1 ? 640 : 90 + 330 * columns,
    height: 100 + 330 * Math.ceil(panels.length / columns),
  };
}

const nameOf = ({ name, direction }: Metric): string =>
  `${name} (${direction === "minimize" ? "smaller" : "larger"} is better)`;

function marksOf({ metrics, front, dominated, infeasible }: ParetoData, i: number, k: number) {
  const of = ({ trials, values }: Points) => ({
    x: values.map((row) => row[i]),
    y: values.map((row) => row[k]),
    trials,
  });
  const best = of(front);
  const marks: Mark[] = [
    {
      mark: "dots",
      name: "infeasible",
      symbol: "ring",
      size: 5,
      colour: "bad",
      opacity: 0.8,
      ...of(infeasible),
    },
    {
      mark: "dots",
      name: "dominated",
      symbol: "disc",
      size: 5,
      colour: "accent",
      opacity: 0.5,
      ...of(dominated),
    },
  ];
  if (metrics.length === 2) {
    // From its good end on: flat first, then upright, it bounds what the front beats.
    const badness = best.x.map((value) => badnessOf(value, metrics[i].direction));
    const order = badness.map((_, at) => at).sort((a, b) => badness[a] - badness[b]);
    const line = { x: order.map((at) => best.x[at]), y: order.map((at) => best.y[at]) };
    marks.push({
      mark: "lines",
      colour: "best",
      width: 1.6,
      stepped: true,
      opacity: 0.7,
      lines: [line],
    });
  }
  marks.push({
    mark: "dots",
    name: "front",
    symbol: "disc",
    size: 8,
    colour: "best",
    outlined: true,
    ...best,
  });
  return marks;
}

export const paretoPlot: PlotKind<ParetoData> = {
  summary: "two metrics against each other, with the trials that no other one beats",
  takes: ["metrics"],
  data: paretoData,
  chart: paretoChart,
};
