import type { PlotChart, Mark, PlotPanel, Ramp } from "../chart/chart.ts";
import type { Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import { outlinedDots } from "../chart/outlined-dots.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import {
  bestOf,
  bestText,
  beyondText,
  metricOf,
  valueOf,
  valueScale,
  type Metric,
  type ValueScale,
} from "../study/metric.ts";
import { leftOut, parametersOf } from "../study/parameters.ts";
import { badnessOf, countsText, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface SliceData {
  readonly metric: Metric;
  /** Of the metric's values. */
  readonly scale: Scale;
  readonly parameters: readonly { readonly name: string; readonly scale: Scale }[];
  /** Trials that have a value. */
  readonly complete: Columns;
  readonly pruned: Columns;
  /** Diverged ones and those out of memory, at the bad end of the values. */
  readonly diverged: Columns;
  /** Only one row, or none. */
  readonly best: Columns;
  readonly ramp: Ramp;
  readonly facts: readonly string[];
}

interface Columns {
  readonly trials: readonly number[];
  readonly values: readonly number[];
  /** By parameter, the positions of the trials; null: without it. */
  readonly at: readonly (readonly (number | null)[])[];
}

/** More points than these are thinned: trials times parameters. */
const MOST_POINTS = 11_000;

export function sliceData(study: PlottedStudy, options: PlotOptions = {}): SliceData {
  const metric = metricOf(study, options.metric);
  const parameters = parametersOf(study, options.params);
  const rows = study.trials.flatMap((trial) => {
    const state = stateOf(trial, study.directions);
    const diverged = state === "diverged" || state === "out of memory";
    const value = diverged ? NaN : (valueOf(trial, metric) ?? Infinity);
    return Number.isFinite(value) || diverged ? [{ trial, value, state, diverged }] : [];
  });
  const badness = rows.map(({ value }) => badnessOf(value, metric.direction));
  const all = parameters.map(({ at }) => rows.map(({ trial }) => at(trial)));
  const { kept, said } = thin(badness, [badness, ...all], MOST_POINTS / parameters.length);
  const values = rows.map(({ value }) => value).filter(Number.isFinite);
  const axis = valueScale(values, metric.direction);
  const best = bestOf(study.trials, metric);
  const columns = (wanted: (row: (typeof rows)[number]) => boolean): Columns => {
    const chosen = kept.filter((i) => wanted(rows[i]));
    return {
      trials: chosen.map((i) => rows[i].trial.number),
      values: chosen.map((i) => shownValue(rows[i].value, axis)),
      at: all.map((column) => chosen.map((i) => (Number.isNaN(column[i]) ? null : column[i]))),
    };
  };
  return {
    metric,
    scale: axis.scale,
    parameters: parameters.map(({ name, scale }) => ({ name, scale })),
    complete: columns(({ state }) => state === "complete" || state === "infeasible"),
    pruned: columns(({ state }) => state === "pruned"),
    diverged: columns(({ diverged }) => diverged),
    best: columns(({ trial }) => trial === best?.trial),
    ramp: trialRamp(study.trials.at(-1)?.number ?? 0),
    facts: [
      bestText(best),
      countsText(study.trials, study.directions),
      ...(options.params ? [] : leftOut(study, parameters)),
      ...beyondText(axis.beyond),
      ...(said ? [said] : []),
    ],
  };
}

const shownValue = (value: number, { shown, badEnd }: ValueScale): number =>
  Number.isNaN(value) ? badEnd : shown(value);

const trialRamp = (last: number): Ramp => ({
  name: "trial",
  upward: true,
  ticks: [...new Set([0, Math.round(last / 2), last])].map((trial) => ({
    grade: last === 0 ? 0 : trial / last,
    label: String(trial),
  })),
});

/** Panels in a row, and the size of one in pixels. */
const ROW = 5;
const PANEL = { width: 205, height: 300 };

export function sliceChart(data: SliceData): PlotChart {
  const { metric, scale, parameters, ramp, facts } = data;
  const count = parameters.length;
  const columns = Math.ceil(count / Math.ceil(count / ROW));
  const last = ramp.ticks.at(-1)!;
  const panels = parameters.map(({ name, scale: x }, i): PlotPanel => ({
    x: { name, scale: x },
    y: { name: metric.name, scale, bare: i % columns > 0 },
    marks: marksOf(data, i, Math.max(1, Number(last.label))),
  }));
  return {
    title: "Slice",
    facts,
    panels,
    columns,
    ramp,
    width: Math.max(480, 170 + columns * PANEL.width),
    height: 90 + Math.ceil(count / columns) * PANEL.height,
  };
}

/** From back to front: pruned, complete (the later, the stronger), diverged, the best. */
function marksOf(data: SliceData, parameter: number, last: number): Mark[] {
  const { complete, pruned, diverged, best, metric } = data;
  const of = ({ trials, values, at }: Columns) => {
    const there = trials.map((_, i) => i).filter((i) => at[parameter][i] !== null);
    return {
      x: there.map((i) => at[parameter][i]!),
      y: there.map((i) => values[i]),
      trials: there.map((i) => trials[i]),
    };
  };
  const worse = metric.direction === "minimize" ? "up" : "down";
  const drawn = of(complete);
  return [
    {
      mark: "dots",
      name: "pruned",
      symbol: "disc",
      size: 3,
      colour: "soft",
      opacity: 0.6,
      ...of(pruned),
    },
    {
      mark: "dots",
      symbol: "disc",
      size: 5.5,
      colour: "accent",
      grades: drawn.trials.map((trial) => trial / last),
      ...drawn,
    },
    { mark: "dots", name: "diverged", symbol: worse, size: 8, colour: "bad", ...of(diverged) },
    outlinedDots("best", "star", 15, "best", of(best)),
  ];
}

export const slicePlot: PlotKind<SliceData> = {
  summary: "the value against each parameter by itself; the later, the stronger",
  takes: ["metric", "params"],
  data: sliceData,
  chart: sliceChart,
};
