import { HpoError } from "../../errors/errors.ts";
import { hypervolume as volumeOf } from "../../numerics/hypervolume.ts";
import { insertIntoFront } from "../../numerics/pareto.ts";
import type { PlotChart, Mark } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { metricsOf } from "../study/metric.ts";
import { badnessOf, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

export interface HypervolumeData {
  /** The point that volumes reach to, in the metrics' own senses: the worst value of each in any study. */
  readonly reference: readonly number[];
  readonly studies: readonly {
    readonly name: string;
    /** Where the volume grew, and the last trial. */
    readonly trials: readonly number[];
    /** As a share of the box from the best to the worst value of each metric in any study. */
    readonly volumes: readonly number[];
  }[];
}

interface Row {
  readonly number: number;
  /** Minimised. */
  readonly values: readonly number[];
}

/** @throws HpoError with one metric, or without two complete trials that differ in each metric */
export function hypervolumeData(study: PlottedStudy, options: PlotOptions = {}): HypervolumeData {
  const metrics = metricsOf(study);
  if (metrics.length < 2) {
    throw new HpoError(
      `A hypervolume needs two metrics, and study ${JSON.stringify(study.name)} has one. See "history" instead.`,
    );
  }
  const studies = [study, ...(options.others ?? [])];
  const rows = studies.map((one) => rowsOf(one, study));
  const all = rows.flat().map(({ values }) => values);
  const worst = metrics.map((_, i) => Math.max(...all.map((values) => values[i])));
  const best = metrics.map((_, i) => Math.min(...all.map((values) => values[i])));
  if (!metrics.every((_, i) => worst[i] > best[i])) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} has no two complete trials that differ in each metric yet. Run more first.`,
    );
  }
  const scaled = (values: readonly number[]): number[] =>
    values.map((value, i) => (value - best[i]) / (worst[i] - best[i]));
  return {
    reference: worst.map((value, i) => badnessOf(value, metrics[i].direction)),
    studies: studies.map(({ name, trials }, i) => ({
      name,
      ...growth(
        rows[i].map(({ number, values }) => ({ number, values: scaled(values) })),
        trials.at(-1)?.number ?? 0,
      ),
    })),
  };
}

function rowsOf(study: PlottedStudy, first: PlottedStudy): Row[] {
  if (JSON.stringify(study.directions) !== JSON.stringify(first.directions)) {
    throw new HpoError(
      `Studies ${JSON.stringify(study.name)} and ${JSON.stringify(first.name)} differ in their metrics. Compare studies of the same ones.`,
    );
  }
  return study.trials.flatMap((trial) => {
    if (trial.state !== "complete" || stateOf(trial, study.directions) !== "complete") return [];
    const values = trial.values.map((value, i) => badnessOf(value, study.directions[i]));
    return values.every(Number.isFinite) ? [{ number: trial.number, values }] : [];
  });
}

function growth(rows: readonly Row[], last: number) {
  const trials: number[] = [];
  const volumes: number[] = [];
  let front: readonly Row[] = [];
  for (const row of rows) {
    const next = insertIntoFront(front, row, ({ values }) => values);
    if (next === front) continue;
    front = next;
    trials.push(row.number);
    volumes.push(
      volumeOf(
        front.map(({ values }) => values),
        row.values.map(() => 1),
      ),
    );
  }
  if (trials.length > 0 && trials.at(-1)! < last) {
    trials.push(last);
    volumes.push(volumes.at(-1)!);
  }
  return { trials, volumes };
}

export function hypervolumeChart({ reference, studies }: HypervolumeData): PlotChart {
  const several = studies.length > 1;
  const marks = studies.map(({ name, trials, volumes }, i): Mark => ({
    mark: "lines",
    ...(several && { name }),
    colour: several ? `series${i}` : "best",
    width: 2.5,
    stepped: true,
    lines: [{ x: trials, y: volumes }],
  }));
  const last = Math.max(1, ...studies.map(({ trials }) => trials.at(-1) ?? 0));
  const facts = studies.map(
    ({ name, volumes }) =>
      `${several ? `${name}: ` : ""}${numberText(volumes.at(-1) ?? 0)} at the end`,
  );
  const highest = Math.max(...studies.flatMap(({ volumes }) => volumes), 0);
  return {
    title: "Hypervolume",
    facts: [
      ...facts,
      `of the box up to the worst values, ${reference.map((value) => numberText(value)).join(" and ")}`,
    ],
    panels: [
      {
        x: { name: "trial", scale: scaleFor([0, last], { log: false, integer: true, room: 0.01 }) },
        y: {
          name: "share of the box",
          scale: { kind: "linear", low: 0, high: 1.05 * highest || 1 },
        },
        marks,
      },
    ],
    width: 640,
    height: 380,
  };
}

export const hypervolumePlot: PlotKind<HypervolumeData> = {
  summary: "how much of the metrics' box the front took by each trial; of several studies too",
  takes: ["others"],
  data: hypervolumeData,
  chart: hypervolumeChart,
};
