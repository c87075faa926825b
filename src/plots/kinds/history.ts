import type { PlotChart, Colour, Mark, MarkSymbol } from "../chart/chart.ts";
import { scaleFor } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { badnessOf, countsText, stateOf, type PlottedState } from "../study/plotted-trial.ts";
import {
  bestOf,
  bestText,
  beyondText,
  metricOf,
  valueOf,
  valueScale,
  type Metric,
} from "../study/metric.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface HistoryData {
  readonly metric: Metric;
  readonly studies: readonly StudyHistory[];
}

interface StudyHistory {
  readonly name: string;
  /** Trials with a value, by state. */
  readonly points: Partial<Record<PlottedState, Points>>;
  /** Numbers of trials without a finite value, by state. */
  readonly without: Partial<Record<PlottedState, readonly number[]>>;
  /** The best complete value up to each trial that improved on it, and at the end. */
  readonly best: Points;
  readonly facts: readonly string[];
}

interface Points {
  readonly trials: readonly number[];
  readonly values: readonly number[];
}

/** More points than these are thinned. */
const MOST = 4000;

export function historyData(study: PlottedStudy, options: PlotOptions = {}): HistoryData {
  const metric = metricOf(study, options.metric);
  const studies = [study, ...(options.others ?? [])];
  return {
    metric,
    studies: studies.map((one) =>
      historyOf(one, metricOf(one, options.metric), MOST / studies.length),
    ),
  };
}

function historyOf(study: PlottedStudy, metric: Metric, most: number): StudyHistory {
  const { trials, directions } = study;
  const rows = trials
    .map((trial) => ({ trial, state: stateOf(trial, directions), value: valueOf(trial, metric) }))
    .filter(({ state }) => state !== "running" && state !== "waiting");
  const badness = rows.map(({ value }) => badnessOf(value ?? NaN, metric.direction));
  const { kept, said } = thin(badness, [rows.map(({ value }) => value ?? NaN)], most);
  const points: Partial<Record<PlottedState, { trials: number[]; values: number[] }>> = {};
  const without: Partial<Record<PlottedState, number[]>> = {};
  for (const { trial, state, value } of kept.map((i) => rows[i])) {
    if (value === undefined || !Number.isFinite(value)) {
      (without[state] ??= []).push(trial.number);
    } else {
      const of = (points[state] ??= { trials: [], values: [] });
      of.trials.push(trial.number);
      of.values.push(value);
    }
  }
  const best = bestText(bestOf(trials, metric));
  const facts = [best, countsText(trials, directions), ...(said ? [said] : [])];
  return { name: study.name, points, without, best: bestLine(study, metric), facts };
}

function bestLine({ trials }: PlottedStudy, metric: Metric): Points {
  const line = { trials: [] as number[], values: [] as number[] };
  let best = Infinity;
  for (const trial of trials) {
    const found = bestOf([trial], metric);
    if (!found || badnessOf(found.value, metric.direction) >= best) continue;
    best = badnessOf(found.value, metric.direction);
    line.trials.push(trial.number);
    line.values.push(found.value);
  }
  const last = trials.at(-1)?.number;
  if (line.trials.length > 0 && last !== undefined && last > line.trials.at(-1)!) {
    line.trials.push(last);
    line.values.push(line.values.at(-1)!);
  }
  return line;
}

export function historyChart({ metric, studies }: HistoryData): PlotChart {
  const all = studies.flatMap(({ points }) =>
    studies.length > 1
      ? (points.complete?.values ?? [])
      : Object.values(points).flatMap((of) => of.values),
  );
  const { scale, badEnd, beyond, shown } = valueScale(all, metric.direction);
  const last = Math.max(1, ...studies.flatMap(lastTrials));
  const marks =
    studies.length === 1
      ? stateMarks(studies[0], shown, badEnd, metric)
      : studies.flatMap((study, i) => studyMarks(study, i, shown));
  return {
    title: "Optimisation history",
    facts: [
      ...(studies.length === 1
        ? studies[0].facts
        : studies.map(({ name, facts }) => `${name}: ${facts[0]}`)),
      ...beyondText(beyond),
    ],
    panels: [
      {
        x: { name: "trial", scale: scaleFor([0, last], { log: false, integer: true, room: 0.01 }) },
        y: { name: metric.name, scale },
        marks,
      },
    ],
    width: 760,
    height: 440,
  };
}

const lastTrials = ({ points, without, best }: StudyHistory): number[] =>
  [
    best,
    ...Object.values(points).map(({ trials }) => ({ trials })),
    ...Object.values(without).map((trials) => ({ trials })),
  ].map(({ trials }) => trials.at(-1) ?? 0);

const LOOKS: readonly (readonly [PlottedState, MarkSymbol, number, Colour])[] = [
  ["pruned", "ring", 5, "soft"],
  ["infeasible", "ring", 6, "bad"],
  ["complete", "disc", 6.5, "accent"],
];
const WITHOUT: readonly (readonly [PlottedState, MarkSymbol | "worse", Colour])[] = [
  ["diverged", "worse", "bad"],
  ["out of memory", "worse", "series4"],
  ["failed", "cross", "soft"],
  ["pruned", "cross", "faint"],
];

function stateMarks(
  { points, without, best }: StudyHistory,
  shown: (value: number) => number,
  badEnd: number,
  metric: Metric,
): Mark[] {
  const worse = metric.direction === "minimize" ? "up" : "down";
  const line: Mark = {
    mark: "lines",
    name: "best so far",
    colour: "best",
    width: 2.5,
    stepped: true,
    lines: [{ x: best.trials, y: best.values.map(shown) }],
  };
  const edge = WITHOUT.flatMap(([state, symbol, colour]): Mark[] => {
    const trials = without[state];
    if (!trials) return [];
    const name = state === "pruned" ? "pruned without a report" : state;
    return [
      {
        mark: "dots",
        name,
        symbol: symbol === "worse" ? worse : symbol,
        size: 9,
        colour,
        x: trials,
        y: trials.map(() => badEnd),
        trials,
      },
    ];
  });
  const dots = LOOKS.flatMap(([state, symbol, size, colour]): Mark[] => {
    const of = points[state];
    if (!of) return [];
    return [
      {
        mark: "dots",
        name: state,
        symbol,
        size,
        colour,
        opacity: 0.85,
        x: of.trials,
        y: of.values.map(shown),
        trials: of.trials,
      },
    ];
  });
  return [...dots, line, ...edge];
}

/** Several studies: a colour each, the best line strong and complete trials faint. */
function studyMarks(
  { name, points, best }: StudyHistory,
  index: number,
  shown: (value: number) => number,
): Mark[] {
  const colour: Colour = `series${index}`;
  const of = points.complete ?? { trials: [], values: [] };
  return [
    {
      mark: "dots",
      symbol: "disc",
      size: 4,
      colour,
      opacity: 0.4,
      x: of.trials,
      y: of.values.map(shown),
      trials: of.trials,
    },
    {
      mark: "lines",
      name,
      colour,
      width: 2.2,
      stepped: true,
      lines: [{ x: best.trials, y: best.values.map(shown) }],
    },
  ];
}

export const historyPlot: PlotKind<HistoryData> = {
  summary: "values by trial, and the best so far; of several studies too",
  takes: ["metric", "others"],
  data: historyData,
  chart: historyChart,
};
