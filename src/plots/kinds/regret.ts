import { regretBoundsAfter } from "../../acquisition/regret-bound.ts";
import { HpoError } from "../../errors/errors.ts";
import type { Mark, PlotChart } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { bestOf, bestText, metricOf } from "../study/metric.ts";
import { badnessOf, countsText } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { counted } from "../../errors/counted.ts";

export interface RegretData {
  readonly metric: string;
  /** Trials by number, after each of which the bound was looked at. */
  readonly trials: readonly number[];
  /** What the best of the space may be better than the best trial by then, in the metric's units. */
  readonly bound: readonly number[];
  /** The standard error of one trial's value at the best's level. */
  readonly noise: readonly number[];
  /** What was gained after each trial that improved on the best. */
  readonly gained: { readonly trials: readonly number[]; readonly values: readonly number[] };
  readonly facts: readonly string[];
}

/** With less complete trials the bound is often too sure. */
export const FEWEST_FOR_REGRET = 20;
/** The bound is looked at after all trials, half of them, a quarter, … */
const LOOKS = 4;

/** @throws HpoError with less than 20 complete trials, or over a space without parameters */
export function regretData(study: PlottedStudy, options: PlotOptions = {}): RegretData {
  const metric = metricOf(study, options.metric);
  const told = study.trials.flatMap((trial) => {
    const best = bestOf([trial], metric);
    return best ? [{ trial, value: badnessOf(best.value, metric.direction) }] : [];
  });
  if (study.space.parameters.length === 0) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} searches no parameter: there is nothing to gain.`,
    );
  }
  if (told.length < FEWEST_FOR_REGRET) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} has ${counted(told.length, "complete trial")}; what is left to gain is told from ${FEWEST_FOR_REGRET} on.`,
    );
  }
  const counts = Array.from({ length: LOOKS }, (_, k) =>
    Math.round(told.length / 2 ** (LOOKS - 1 - k)),
  ).filter((count) => count >= Math.min(FEWEST_FOR_REGRET, told.length));
  const params = told.map(({ trial }) => trial.params);
  const bounds = regretBoundsAfter(
    study.space,
    params,
    Float64Array.from(told, ({ value }) => value),
    counts,
  );
  const gained = gains(told.map(({ trial, value }) => [trial.number, value] as const));
  const last = bounds[bounds.length - 1];
  const isNoise = last.bound < last.noise;
  return {
    metric: metric.name,
    trials: counts.map((count) => told[count - 1].trial.number),
    bound: bounds.map(({ bound }) => bound),
    noise: bounds.map(({ noise }) => noise),
    gained,
    facts: [
      bestText(bestOf(study.trials, metric)),
      countsText(study.trials, study.directions),
      `at most ${numberText(last.bound, 2)} is left to gain, as a model of ${counted(told.length, "complete trial")} sees it`,
      ...(isNoise ? [`less than the noise of a trial, ${numberText(last.noise, 2)}`] : []),
    ],
  };
}

/** By how much the best of all is better than the best so far, where that improved. */
function gains(told: readonly (readonly [trial: number, value: number])[]): RegretData["gained"] {
  const final = told.reduce((least, [, value]) => Math.min(least, value), Infinity);
  const found = { trials: [] as number[], values: [] as number[] };
  let best = Infinity;
  for (const [trial, value] of told) {
    if (value >= best) continue;
    best = value;
    found.trials.push(trial);
    found.values.push(value - final);
  }
  return found;
}

export function regretBoundChart({
  metric,
  trials,
  bound,
  noise,
  gained,
  facts,
}: RegretData): PlotChart {
  const shown = [...bound, ...noise, ...gained.values].filter((value) => value > 0);
  const line = (y: readonly number[]) => ({ lines: [{ x: trials, y }] });
  const marks: Mark[] = [
    {
      mark: "lines",
      name: "gained afterwards",
      colour: "best",
      width: 2.2,
      stepped: true,
      lines: [{ x: gained.trials, y: gained.values }],
    },
    {
      mark: "lines",
      name: "noise of a trial",
      colour: "soft",
      width: 1.6,
      dashed: true,
      ...line(noise),
    },
    { mark: "lines", name: "left to gain, at most", colour: "accent", width: 2.5, ...line(bound) },
    {
      mark: "dots",
      symbol: "disc",
      size: 7,
      colour: "accent",
      outlined: true,
      x: trials,
      y: bound,
    },
  ];
  const last = Math.max(1, ...trials, ...gained.trials);
  return {
    title: "What is left to gain",
    facts,
    panels: [
      {
        x: { name: "trial", scale: scaleFor([0, last], { log: false, integer: true, room: 0.01 }) },
        y: { name: metric, scale: scaleFor(shown, { log: true }) },
        marks,
      },
    ],
    width: 700,
    height: 400,
  };
}

export const regretPlot: PlotKind<RegretData> = {
  summary: "what the search may still gain, at most, by a model of the trials",
  takes: ["metric"],
  data: regretData,
  chart: regretBoundChart,
};
