import type { PlotChart, Ramp } from "../chart/chart.ts";
import type { Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { gradesByRank } from "../study/grades.ts";
import {
  bestOf,
  bestText,
  beyondText,
  metricOf,
  noFiniteValue,
  valueOf,
  valueScale,
} from "../study/metric.ts";
import { leftOut, parametersOf } from "../study/parameters.ts";
import { badnessOf, countsText } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface ParallelData {
  /** The parameters, then the metric. */
  readonly axes: readonly {
    readonly name: string;
    readonly scale: Scale;
    readonly optional: boolean;
  }[];
  /** Numbers of the trials, from the worst to the best. */
  readonly trials: readonly number[];
  /** By trial, a position on each axis; null where it lacks the parameter. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** How good, from 0 to 1. */
  readonly grades: readonly number[];
  readonly ramp: Ramp;
  readonly facts: readonly string[];
}

/** More lines than these are thinned. */
const MOST = 1000;

export function parallelData(study: PlottedStudy, options: PlotOptions = {}): ParallelData {
  const metric = metricOf(study, options.metric);
  const parameters = parametersOf(study, options.params);
  const measured = study.trials.flatMap((trial) => {
    const value = valueOf(trial, metric);
    return value === undefined || !Number.isFinite(value) ? [] : [{ trial, value }];
  });
  if (measured.length === 0) throw noFiniteValue(study, [metric]);
  const badness = measured.map(({ value }) => badnessOf(value, metric.direction));
  const columns = parameters.map(({ at }) => measured.map(({ trial }) => at(trial)));
  const drawn = fanned(parameters, columns);
  const { kept, said } = thin(badness, columns, MOST);
  const order = [...kept].sort((i, j) => badness[j] - badness[i] || j - i);
  const { scale, beyond, shown } = valueScale(
    measured.map(({ value }) => value),
    metric.direction,
  );
  const { of: grade, ramp } = gradesByRank(
    measured.map(({ value }) => value),
    metric,
  );
  return {
    axes: [
      ...parameters.map(({ name, scale, optional }) => ({ name, scale, optional })),
      { name: metric.name, scale, optional: false },
    ],
    trials: order.map((i) => measured[i].trial.number),
    rows: order.map((i) => [
      ...drawn.map((column) => (Number.isNaN(column[i]) ? null : column[i])),
      shown(measured[i].value),
    ]),
    grades: order.map((i) => grade(measured[i].value)),
    ramp,
    facts: [
      bestText(bestOf(study.trials, metric)),
      countsText(study.trials, study.directions),
      ...(options.params ? [] : leftOut(study, parameters)),
      ...beyondText(beyond),
      ...(said ? [said] : []),
    ],
  };
}

/** How far from a choice its lines may pass, where the next one is 1 away. */
const FAN = 0.3;

/**
 * The columns with those of choices spread around each choice, in the order of the axis before: lines
 * that pass one point alike could not be followed.
 */
function fanned(
  parameters: readonly { readonly scale: Scale }[],
  columns: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const drawn: (readonly number[])[] = [];
  columns.forEach((column, c) => {
    drawn.push(parameters[c].scale.kind === "category" ? spread(column, drawn[c - 1]) : column);
  });
  return drawn;
}

function spread(column: readonly number[], before: readonly number[] = []): readonly number[] {
  const byChoice = new Map<number, number[]>();
  column.forEach((choice, i) => {
    const rows = byChoice.get(choice);
    if (rows) rows.push(i);
    else byChoice.set(choice, [i]);
  });
  const result = [...column];
  for (const rows of byChoice.values()) {
    const order = rows.sort((i, j) => (before[i] ?? 0) - (before[j] ?? 0) || i - j);
    order.forEach((row, k) => {
      const share = order.length > 1 ? k / (order.length - 1) - 0.5 : 0;
      result[row] += 2 * FAN * share;
    });
  }
  return result;
}

/** Room for an axis, in pixels. */
const PER_AXIS = 120;

export const parallelChart = ({
  axes,
  rows,
  grades,
  trials,
  ramp,
  facts,
}: ParallelData): PlotChart => ({
  title: "Parallel coordinates",
  facts,
  panels: [],
  parallel: { axes, rows, grades, trials },
  ramp,
  width: Math.min(1600, Math.max(760, 120 + PER_AXIS * axes.length)),
  height: 440,
});

export const parallelPlot: PlotKind<ParallelData> = {
  summary: "each trial as a line across its parameters to its value",
  takes: ["metric", "params"],
  data: parallelData,
  chart: parallelChart,
};
