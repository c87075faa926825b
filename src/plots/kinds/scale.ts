import { HpoError } from "../../errors/errors.ts";
import type { RateTrial } from "../../theory/rate-laws/best-rates.ts";
import { rateCurve, type RateCurve } from "../../theory/rate-laws/scale.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { PlotChart, Mark, Ramp } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor, valueAtShare, type Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { gradesByRank } from "../study/grades.ts";
import { metricOf, valueOf } from "../study/metric.ts";
import { parametersOf } from "../study/parameters.ts";
import { badnessOf, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { needRole } from "../study/roles.ts";
import { counted } from "../../errors/counted.ts";

export interface ScaleData {
  readonly batchName: string;
  readonly rateName: string;
  readonly batches: Scale;
  readonly rates: Scale;
  readonly complete: Points & { readonly grades: readonly number[] };
  readonly pruned: Points;
  readonly diverged: Points;
  /** The best rate found at each batch size, with a standard deviation to either side. */
  readonly best: readonly (readonly [batch: number, rate: number, low: number, high: number])[];
  /** The law along the batch sizes, with its 90 % band. */
  readonly law: {
    readonly batch: readonly number[];
    readonly rate: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  readonly ramp: Ramp;
  readonly facts: readonly string[];
}

interface Points {
  readonly trials: readonly number[];
  readonly batch: readonly number[];
  readonly rate: readonly number[];
}

const GRID = 32;
const MOST = 4000;

/**
 * @param options.params the learning rate and the batch size, where their names are not usual ones
 * @throws HpoError without them, or with less than two trials that tell something of them
 */
export function scaleData(study: PlottedStudy, options: PlotOptions = {}): ScaleData {
  const metric = metricOf(study, options.metric);
  const [rateName, batchName] = namesOf(study, options.params);
  const rows = study.trials.flatMap((trial) => {
    const [rate, batch] = [numberOf(trial, rateName), numberOf(trial, batchName)];
    const state = stateOf(trial, study.directions);
    const isBad = state === "diverged" || state === "out of memory";
    const value = isBad ? NaN : valueOf(trial, metric);
    if (!(rate > 0 && batch > 0) || value === undefined) return [];
    return [{ trial: trial.number, state, isBad, rate, batch, value }];
  });
  const told = rows.filter(({ state, isBad }) => state === "complete" || isBad);
  const finite = told.filter(({ value }) => Number.isFinite(value));
  if (finite.length < 2) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} has ${counted(finite.length, "complete trial")} with "${rateName}" and "${batchName}"; a law needs two at least.`,
    );
  }
  const curve = rateCurve(
    told.map(({ rate, batch, value }): RateTrial => ({
      learningRate: rate,
      batchSize: batch,
      value: badnessOf(value, metric.direction),
    })),
  );
  const batches = logScale(
    study,
    batchName,
    rows.map(({ batch }) => batch),
  );
  const law = lawAlong(batches, curve);
  const { of: grade, ramp } = gradesByRank(
    finite.map(({ value }) => value),
    metric,
  );
  const { kept, said } = thin(
    rows.map(({ value }) => badnessOf(value, metric.direction)),
    [rows.map(({ rate }) => rate), rows.map(({ batch }) => batch)],
    MOST,
  );
  const points = (
    wanted: (row: (typeof rows)[number]) => boolean,
  ): Points & { values: number[] } => {
    // The best last, to be drawn on top.
    const chosen = kept.map((i) => rows[i]).filter(wanted);
    return {
      trials: chosen.map(({ trial }) => trial),
      batch: chosen.map(({ batch }) => batch),
      rate: chosen.map(({ rate }) => rate),
      values: chosen.map(({ value }) => value),
    };
  };
  const { values, ...complete } = points(({ state }) => state === "complete");
  const { values: _pruned, ...pruned } = points(({ state }) => state === "pruned");
  const { values: _bad, ...diverged } = points(({ isBad }) => isBad);
  return {
    batchName,
    rateName,
    batches,
    rates: logScale(
      study,
      rateName,
      rows.map(({ rate }) => rate),
    ),
    complete: { ...complete, grades: values.map(grade) },
    pruned,
    diverged,
    best: curve.rates.map(({ batchSize, learningRate, sdOfLog }) => [
      batchSize,
      learningRate,
      learningRate / Math.exp(sdOfLog),
      learningRate * Math.exp(sdOfLog),
    ]),
    law,
    ramp,
    facts: [
      `best rate ${lawText(curve.law)}`,
      `fitted to ${curve.rates.reduce((sum, { trials }) => sum + trials, 0)} trials at ${curve.rates.length} batch sizes, band of 90 %`,
      ...(said ? [said] : []),
    ],
  };
}

/** The parameter's own range where it is logarithmic, else that of what was tried. */
function logScale(study: PlottedStudy, name: string, tried: readonly number[]): Scale {
  const [{ scale }] = parametersOf(study, [name]);
  return scale.kind === "log"
    ? scale
    : scaleFor(tried, { log: true, integer: tried.every(Number.isInteger), room: 0.02 });
}

function namesOf(study: PlottedStudy, names?: readonly string[]): [rate: string, batch: string] {
  if (names === undefined) return [needRole(study, "learningRate"), needRole(study, "batchSize")];
  if (names.length === 2) return [names[0], names[1]];
  throw new HpoError(
    `The plot "scale" takes two parameters, the learning rate and the batch size; got ${names.length}.`,
  );
}

const numberOf = ({ params }: Trial, name: string): number => {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  return typeof value === "number" ? value : NaN;
};

function lawAlong(batches: Scale, { at }: RateCurve): ScaleData["law"] {
  const batch = Array.from({ length: GRID }, (_, i) => valueAtShare(batches, i / (GRID - 1)));
  const answers = batch.map(at);
  return {
    batch,
    rate: answers.map(({ learningRate }) => learningRate),
    low: answers.map(({ interval }) => interval[0]),
    high: answers.map(({ interval }) => interval[1]),
  };
}

function lawText(law: RateCurve["law"]): string {
  switch (law.kind) {
    case "power":
      return `∝ B^${numberText(law.exponent, 2)}`;
    case "priorExponent":
      return `∝ B^${numberText(law.exponent, 2)}, by the prior alone`;
    case "saturating":
      return `${numberText(law.maxRate, 2)} / (1 + ${numberText(law.noiseScale, 2)}/B)`;
    case "rootSaturating":
      return `${numberText(law.maxRate, 2)} / √(1 + ${numberText(law.noiseScale, 2)}/B)`;
    case "surge":
      return `highest, ${numberText(law.maxRate, 2)}, at B = ${numberText(law.noiseScale, 2)} (surge)`;
    case "noiseScaleRatio":
      return `∝ (1 + ${numberText(law.noiseScale, 2)}/B)^−${numberText(law.exponent, 2)}`;
  }
}

export function scaleChart(data: ScaleData): PlotChart {
  const { batchName, rateName, batches, rates, complete, pruned, diverged, best, law } = data;
  const of = ({ trials, batch, rate }: Points) => ({ x: batch, y: rate, trials });
  const marks: Mark[] = [
    {
      mark: "band",
      name: "90 % band",
      colour: "best",
      opacity: 0.18,
      x: law.batch,
      low: law.low,
      high: law.high,
    },
    {
      mark: "dots",
      name: "pruned",
      symbol: "disc",
      size: 3.5,
      colour: "soft",
      opacity: 0.6,
      ...of(pruned),
    },
    {
      mark: "dots",
      symbol: "disc",
      size: 6,
      colour: "accent",
      grades: complete.grades,
      outlined: true,
      ...of(complete),
    },
    { mark: "dots", name: "diverged", symbol: "cross", size: 8, colour: "bad", ...of(diverged) },
    {
      mark: "lines",
      name: "law",
      colour: "best",
      width: 2.5,
      lines: [{ x: law.batch, y: law.rate }],
    },
    {
      mark: "lines",
      colour: "text",
      width: 1.2,
      lines: best.map(([batch, , low, high]) => ({ x: [batch, batch], y: [low, high] })),
    },
    {
      mark: "dots",
      name: "best rate at a batch size",
      symbol: "ring",
      size: 8,
      colour: "text",
      x: best.map(([batch]) => batch),
      y: best.map(([, rate]) => rate),
    },
  ];
  return {
    title: "Learning rate by batch size",
    facts: data.facts,
    panels: [
      { x: { name: batchName, scale: batches }, y: { name: rateName, scale: rates }, marks },
    ],
    ramp: data.ramp,
    width: 760,
    height: 440,
  };
}

export const scalePlot: PlotKind<ScaleData> = {
  summary: "learning rate against batch size, with the fitted law of the best and its band",
  takes: ["metric", "params"],
  data: scaleData,
  chart: scaleChart,
};
