import { HpoError } from "../../errors/errors.ts";
import type { PlotChart, Colour, Mark } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor, type Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { reportedCurve, thinCurve, type StepCurve } from "../study/curves.ts";
import { bestOf, bestText, beyondText, metricOf, valueOf, valueScale } from "../study/metric.ts";
import { badnessOf, countsText, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface IntermediateData {
  readonly metricName: string;
  readonly steps: Scale;
  readonly values: Scale;
  /** The best trials, the best first. */
  readonly top: readonly TrialCurve[];
  /** The others that were completed, and those that were not. */
  readonly complete: readonly TrialCurve[];
  readonly stopped: readonly TrialCurve[];
  /** Where trainings diverged, at the bad end of the values. */
  readonly diverged: { readonly trials: readonly number[]; readonly steps: readonly number[] };
  readonly badEnd: number;
  readonly worse: "up" | "down";
  readonly facts: readonly string[];
}

interface TrialCurve extends StepCurve {
  readonly trial: number;
  readonly value?: number;
}

const TOP = 5;
const MOST_CURVES = 1000;
const MOST_POINTS = 14_000;

/** @throws HpoError if no trial reported anything */
export function intermediateData(study: PlottedStudy, options: PlotOptions = {}): IntermediateData {
  const metric = metricOf(study);
  const rows = study.trials
    .map((trial) => ({
      trial,
      state: stateOf(trial, study.directions),
      value: valueOf(trial, metric),
      curve: reportedCurve(trial),
    }))
    .filter(({ curve }) => curve.steps.length > 0 || curve.brokenAt !== undefined);
  if (rows.length === 0) {
    throw new HpoError(
      `No trial of study ${JSON.stringify(study.name)} reported anything. Call trial.report(value, step) in the objective.`,
    );
  }
  const badness = rows.map(({ value, state }) =>
    state === "complete" ? badnessOf(value ?? NaN, metric.direction) : NaN,
  );
  const ranked = rows
    .map((_, i) => i)
    .filter((i) => !Number.isNaN(badness[i]))
    .sort((i, j) => badness[i] - badness[j] || i - j);
  const top = ranked.slice(0, options.top ?? TOP);
  const { kept, said } = thin(badness, [], MOST_CURVES);
  const perCurve = Math.max(8, Math.floor(MOST_POINTS / kept.length));
  const isThinned = rows.some(({ curve }) => curve.steps.length > perCurve);
  const axis = valueScale(
    rows.flatMap(({ curve }) => curve.values),
    metric.direction,
  );
  const curveOf = (i: number): TrialCurve => {
    const { trial, value, curve } = rows[i];
    const thinned = thinCurve(curve, perCurve);
    return {
      trial: trial.number,
      ...(value !== undefined && Number.isFinite(value) && { value }),
      ...thinned,
      values: thinned.values.map(axis.shown),
    };
  };
  const others = kept.filter((i) => !top.includes(i));
  const broken = rows.filter(
    ({ curve, state }) => curve.brokenAt !== undefined || state === "diverged",
  );
  return {
    metricName: metric.name,
    steps: scaleFor(
      rows.flatMap(({ curve }) => [...curve.steps, curve.brokenAt ?? curve.steps[0]]),
      { log: false, integer: true, room: 0.02 },
    ),
    values: axis.scale,
    top: top.map(curveOf),
    complete: others.filter((i) => rows[i].state === "complete").map(curveOf),
    stopped: others.filter((i) => rows[i].state !== "complete").map(curveOf),
    diverged: {
      trials: broken.map(({ trial }) => trial.number),
      steps: broken.map(({ curve }) => curve.brokenAt ?? curve.steps.at(-1)!),
    },
    badEnd: axis.badEnd,
    worse: metric.direction === "minimize" ? "up" : "down",
    facts: [
      bestText(bestOf(study.trials, metric)),
      countsText(study.trials, study.directions),
      ...beyondText(axis.beyond),
      ...(said ? [said] : []),
      ...(isThinned ? [`of each curve at most ${perCurve} points drawn`] : []),
    ],
  };
}

/** Of the best trials; the accent's own is that of the others. */
const COLOURS: readonly Colour[] = ["best", "series2", "series3", "series4", "series6", "series5"];

export function intermediateChart(data: IntermediateData): PlotChart {
  const { metricName, steps, values, top, complete, stopped, diverged, badEnd, worse } = data;
  const lines = (curves: readonly TrialCurve[]) =>
    curves.map(({ steps: x, values: y }) => ({ x, y }));
  const best = top.map(({ trial, value }, i): Mark => {
    const colour = COLOURS[i % COLOURS.length];
    const name = `trial ${trial}${value === undefined ? "" : `: ${numberText(value)}`}`;
    return { mark: "lines", name, colour, width: i === 0 ? 2.8 : 2, lines: lines([top[i]]) };
  });
  const ends: Mark = {
    mark: "dots",
    symbol: "ring",
    size: 4,
    colour: "soft",
    opacity: 0.7,
    x: stopped.flatMap(({ steps: s }) => s.at(-1) ?? []),
    y: stopped.flatMap(({ values: v }) => v.at(-1) ?? []),
    trials: stopped.filter(({ steps: s }) => s.length > 0).map(({ trial }) => trial),
  };
  return {
    title: "Intermediate values",
    facts: data.facts,
    panels: [
      {
        x: { name: "step", scale: steps },
        y: { name: metricName, scale: values },
        marks: [
          {
            mark: "lines",
            name: "stopped early",
            colour: "soft",
            width: 1,
            opacity: 0.35,
            lines: lines(stopped),
          },
          ends,
          {
            mark: "lines",
            name: "complete",
            colour: "accent",
            width: 1,
            opacity: 0.3,
            lines: lines(complete),
          },
          ...best.reverse(),
          ...(diverged.trials.length > 0
            ? [
                {
                  mark: "dots",
                  name: "diverged",
                  symbol: worse,
                  size: 9,
                  colour: "bad",
                  x: diverged.steps,
                  y: diverged.steps.map(() => badEnd),
                  trials: diverged.trials,
                } as const,
              ]
            : []),
        ],
      },
    ],
    width: 760,
    height: 440,
  };
}

export const intermediatePlot: PlotKind<IntermediateData> = {
  summary: "what trials reported over their steps, the best of them named",
  takes: ["top"],
  data: intermediateData,
  chart: intermediateChart,
};
