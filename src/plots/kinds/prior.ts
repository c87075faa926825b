import { HpoError } from "../../errors/errors.ts";
import { densityAt, densityTable, type DensityTable } from "../../space/prior.ts";
import type { NumericDistribution } from "../../space/distribution.ts";
import { fromUnit, toUnit } from "../../space/unit-cube.ts";
import type { Trial } from "../../contracts/trial.ts";
import { beliefAt } from "../../theory/prior/rate-belief.ts";
import { settingTable } from "../../theory/prior/setting-belief.ts";
import type { ProposedArm, TheoryProposal } from "../../theory/study/proposal.ts";
import type { Mark, PlotChart, PlotPanel } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor, valueAtShare, type Scale } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { bestOf, bestText, metricOf } from "../study/metric.ts";
import { parametersOf } from "../study/parameters.ts";
import { badnessOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface PriorData {
  readonly beliefs: readonly {
    readonly name: string;
    /** Whose learning rate it is, where each optimizer has one. */
    readonly optimizer?: string;
    readonly scale: Scale;
    /** Densities, where 1 is that of a parameter of which nothing is known. */
    readonly at: readonly number[];
    readonly prior: readonly number[];
    readonly found: readonly number[];
    /** Of the best trials, the best of all first. */
    readonly best: readonly { readonly trial: number; readonly value: number }[];
    /** The largest stable learning rate, where it was measured. */
    readonly edge?: number;
  }[];
  readonly facts: readonly string[];
}

const POINTS = 96;
/** The best trials stand for what was found. */
const BEST_SHARE = 0.2;
const FEWEST_BEST = 3;

/** @throws HpoError if no numeric parameter has a prior, of theory or of its own */
export function priorData(study: PlottedStudy, options: PlotOptions = {}): PriorData {
  const metric = metricOf(study, options.metric);
  const ranking = study.trials
    .flatMap((trial) => bestOf([trial], metric) ?? [])
    .sort((a, b) => badnessOf(a.value, metric.direction) - badnessOf(b.value, metric.direction))
    .map(({ trial }) => trial);
  const beliefs = beliefsOf(study, ranking).filter(
    ({ name }) => options.params?.includes(name) ?? true,
  );
  if (beliefs.length === 0) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} has no prior${options.params ? ` on ${options.params.join(", ")}` : ""}. Give it prior: theory(), or a parameter a prior of its own.`,
    );
  }
  return {
    beliefs: beliefs.map(({ table, distribution, trials, ...belief }) => {
      const { name } = belief;
      const [{ scale }] = parametersOf(study, [name]);
      const units = trials.map(({ params }) => toUnit(distribution, params[name]));
      const count = Math.max(FEWEST_BEST, Math.ceil(BEST_SHARE * trials.length));
      const best = trials.slice(0, count);
      const at = Array.from({ length: POINTS }, (_, k) => valueAtShare(scale, k / (POINTS - 1)));
      const unitsAt = at.map((value) => toUnit(distribution, value));
      const found = densityOf(units.slice(0, count));
      return {
        ...belief,
        scale,
        at,
        prior: unitsAt.map((unit) => densityAt(table, unit)),
        found: best.length < FEWEST_BEST ? [] : unitsAt.map(found),
        best: best.map((trial) => ({ trial: trial.number, value: Number(trial.params[name]) })),
      };
    }),
    facts: [bestText(bestOf(study.trials, metric)), ...beliefs.map(heldText)],
  };
}

interface Belief {
  readonly name: string;
  readonly optimizer?: string;
  readonly edge?: number;
  readonly distribution: NumericDistribution;
  readonly table: DensityTable;
  /** That it speaks of, the best first. */
  readonly trials: readonly Trial[];
}

function beliefsOf({ space, theory }: PlottedStudy, ranking: readonly Trial[]): Belief[] {
  return space.parameters.flatMap((parameter): Belief[] => {
    const { name, distribution } = parameter;
    if (distribution.kind === "categorical") return [];
    const having = ranking.filter(({ params }) => typeof params[name] === "number");
    const arms = theory?.arms.filter(({ learningRate }) => learningRate === name) ?? [];
    const rates = arms.map((arm): Belief => {
      const trials = having.filter(
        ({ params }) => arm.optimizer === undefined || params[theory!.optimizer!] === arm.optimizer,
      );
      return {
        name,
        distribution,
        ...(arm.optimizer !== undefined && { optimizer: String(arm.optimizer) }),
        ...(arm.stabilityEdge !== undefined && { edge: arm.stabilityEdge }),
        table: rateTable(arm, distribution, batchOf(trials[0], theory!)),
        trials,
      };
    });
    const table = arms.length > 0 ? undefined : settingTable(parameter, theory?.beside ?? []);
    return table ? [{ name, distribution, table, trials: having }] : rates;
  });
}

/** What was believed at the best trial's batch size. */
function batchOf(best: Trial | undefined, { batchSize, fixedBatch }: TheoryProposal): number {
  const size = batchSize === undefined ? undefined : best?.params[batchSize];
  return typeof size === "number" && size > 0 ? size : fixedBatch;
}

function rateTable(
  { belief }: ProposedArm,
  distribution: NumericDistribution,
  batch: number,
): DensityTable {
  const { mean, sd } = beliefAt(belief, batch);
  return densityTable((unit) => {
    const value = Number(fromUnit(distribution, unit));
    const z = (Math.log(value) - mean) / sd;
    return Math.exp(-0.5 * z * z) / (distribution.log ? 1 : value);
  });
}

/** Of a kernel, in the unit interval: narrower peaks would leave a line of the prior. */
const LEAST_WIDTH = 0.05;

/** A kernel estimate in [0, 1], folded back at its ends. Silverman's width. */
function densityOf(units: readonly number[]): (unit: number) => number {
  const count = units.length;
  const mean = units.reduce((sum, unit) => sum + unit, 0) / count;
  const sd = Math.sqrt(units.reduce((sum, unit) => sum + (unit - mean) * (unit - mean), 0) / count);
  const width = Math.max(LEAST_WIDTH, 1.06 * sd * count ** -0.2);
  const kernel = (z: number): number => Math.exp(-0.5 * z * z) / (width * Math.sqrt(2 * Math.PI));
  return (at) =>
    units.reduce(
      (sum, unit) =>
        sum +
        kernel((at - unit) / width) +
        kernel((at + unit) / width) +
        kernel((2 - at - unit) / width),
      0,
    ) / count;
}

/** "lr: 2.1 times as likely at the best as without a prior". */
function heldText({ name, optimizer, table, distribution, trials: [best] }: Belief): string {
  const whose = optimizer === undefined ? name : `${name} of ${optimizer}`;
  if (!best) return `${whose}: no trial yet`;
  const density = densityAt(table, toUnit(distribution, best.params[name]));
  return `${whose}: the best, ${numberText(Number(best.params[name]))}, lies where the prior is ${numberText(density, 2)} × uniform`;
}

const ROW = 2;

export function priorChart({ beliefs, facts }: PriorData): PlotChart {
  const columns = Math.min(ROW, beliefs.length);
  const panels = beliefs.map(
    ({ name, optimizer, scale, at, prior, found, best, edge }): PlotPanel => {
      const highest = Math.max(1.1, ...prior, ...found);
      const marks: Mark[] = [
        {
          mark: "band",
          name: "prior",
          colour: "accent",
          opacity: 0.3,
          x: at,
          low: at.map(() => 0),
          high: prior,
        },
        { mark: "lines", colour: "accent", width: 1.5, lines: [{ x: at, y: prior }] },
        {
          mark: "lines",
          name: "the best trials",
          colour: "best",
          width: 2.2,
          lines: found.length > 0 ? [{ x: at, y: found }] : [],
        },
        { mark: "rule", axis: "y", at: 1, colour: "soft", dashed: true, label: "uniform" },
        ...(edge === undefined
          ? []
          : [
              {
                mark: "rule",
                axis: "x",
                at: edge,
                colour: "bad",
                dashed: true,
                label: "edge of stability",
              } as const,
            ]),
        {
          mark: "dots",
          symbol: "up",
          size: 7,
          colour: "best",
          opacity: 0.6,
          x: best.map(({ value }) => value),
          y: best.map(() => 0),
          trials: best.map(({ trial }) => trial),
        },
      ];
      return {
        x: { name, scale },
        y: {
          name: "density ÷ uniform",
          scale: scaleFor([0, 1.06 * highest], { log: false, room: 0 }),
        },
        ...(optimizer !== undefined && { title: optimizer }),
        marks,
      };
    },
  );
  return {
    title: "Prior, and what was found",
    facts,
    panels,
    columns,
    width: columns === 1 ? 640 : 880,
    height: 110 + Math.ceil(beliefs.length / columns) * 290,
  };
}

export const priorPlot: PlotKind<PriorData> = {
  summary: "what was believed of parameters before any trial, against what was found",
  takes: ["metric", "params"],
  data: priorData,
  chart: priorChart,
};
