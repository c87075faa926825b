import { HpoError } from "../../errors/errors.ts";
import { logNdtr } from "../../numerics/normal.ts";
import type { Trial } from "../../contracts/trial.ts";
import { predict } from "../../surrogate/predict.ts";
import type { Mark, PlotChart, Ramp } from "../chart/chart.ts";
import { contourAreas, type HeightGrid } from "../chart/contours.ts";
import { outlinedDots } from "../chart/outlined-dots.ts";
import type { Scale } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { bestOf, metricOf } from "../study/metric.ts";
import { parametersOf } from "../study/parameters.ts";
import { countsText, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { strongest } from "../study/strongest.ts";
import { GRID_SIZE, surfacePoints, processOf, rowsToLearn } from "../study/study-model.ts";
import {
  othersText,
  pointsIn,
  pointsOf,
  surfaceAxes,
  type MeasuredPoints,
  type SurfaceAxes,
} from "../study/surface-axes.ts";
import { regionOfTrouble, regionText } from "../study/trouble.ts";
import { counted } from "../../errors/counted.ts";

export interface FeasibleData {
  readonly x: { readonly name: string; readonly scale: Scale };
  readonly y: { readonly name: string; readonly scale: Scale };
  /** How likely a trial is to end well. */
  readonly surface: HeightGrid;
  readonly complete: MeasuredPoints;
  readonly pruned: MeasuredPoints;
  readonly diverged: MeasuredPoints;
  readonly outOfMemory: MeasuredPoints;
  readonly best: MeasuredPoints;
  readonly facts: readonly string[];
}

const FEWEST_BAD = 3;

/**
 * @param options.params the two axes; by default the two numeric ones that tell most of what diverges
 * @throws HpoError with less than three trials that diverged or ran out of memory, with none that did
 * not, or without two numeric parameters
 */
export function feasibleData(study: PlottedStudy, options: PlotOptions = {}): FeasibleData {
  const isBad = (trial: Trial): boolean =>
    ["diverged", "out of memory"].includes(stateOf(trial, study.directions));
  const told = study.trials.filter(
    (trial) => isBad(trial) || trial.state === "complete" || trial.state === "pruned",
  );
  const bad = told.filter(isBad).length;
  if (bad < FEWEST_BAD || bad === told.length) {
    throw new HpoError(
      `Of ${counted(told.length, "trial")} of study ${JSON.stringify(study.name)} ${bad} diverged or ran out of memory. Where that happens can be drawn of ${FEWEST_BAD} and more beside others that did not.`,
    );
  }
  const best = bestOf(study.trials, metricOf(study))?.trial;
  const anchor = best ?? told.find((trial) => !isBad(trial))!;
  const labels = told.map((trial) => (isBad(trial) ? 1 : 0));
  const axes = surfaceAxes(
    study,
    strongest(parametersOf(study), told, labels),
    anchor,
    options.params,
  );
  const region = regionOfTrouble(study);
  return {
    x: { name: axes.x.name, scale: axes.x.scale },
    y: { name: axes.y.name, scale: axes.y.scale },
    surface: { size: GRID_SIZE.variance, heights: likelihoods(study, told, isBad, axes, anchor) },
    complete: pointsIn(study, ["complete", "infeasible"], axes),
    pruned: pointsOf(
      told.filter((trial) => trial.state === "pruned" && !isBad(trial)),
      axes,
    ),
    diverged: pointsIn(study, ["diverged"], axes),
    outOfMemory: pointsIn(study, ["out of memory"], axes),
    best: pointsOf(best ? [best] : [], axes),
    facts: [
      countsText(study.trials, study.directions),
      ...(region ? [regionText(region)] : []),
      `the ground is a model of ${counted(told.length, "trial")}, ${othersText(study, axes, anchor.number)}`,
    ],
  };
}

/** P(a trial ends well) on the grid: Φ of a process of labels, 1 for good and −1 for bad. */
function likelihoods(
  { space }: PlottedStudy,
  told: readonly Trial[],
  isBad: (trial: Trial) => boolean,
  axes: SurfaceAxes,
  anchor: Trial,
): number[] {
  // The bad ones first: they are fewer.
  const rows = rowsToLearn(Float64Array.from(told, (trial) => (isBad(trial) ? 0 : 1)));
  const labels = rows.map((row) => (isBad(told[row]) ? -1 : 1));
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const sd = Math.sqrt(Math.max(1e-12, 1 - mean * mean));
  const targets = Float64Array.from(labels, (label) => (label - mean) / sd);
  const gp = processOf(
    space,
    rows.map((row) => told[row]),
    targets,
  );
  const { mean: heights, variance } = predict(
    gp,
    surfacePoints(space, anchor, axes, GRID_SIZE.variance),
  );
  const border = -mean / sd;
  return [...heights].map((height, i) =>
    Math.exp(logNdtr((height - border) / Math.sqrt(variance[i] + gp.weights.noise))),
  );
}

const RAMP: Ramp = {
  name: "ends badly",
  ticks: [0, 0.25, 0.5, 0.75, 1].map((grade) => ({ grade, label: `${100 * (1 - grade)} %` })),
};

export function feasibleChart(data: FeasibleData): PlotChart {
  const { x, y, surface, complete, pruned, diverged, outOfMemory, best } = data;
  const marks: Mark[] = [
    { mark: "areas", colour: "accent", opacity: 0.75, ...contourAreas(surface) },
    outlinedDots("pruned", "disc", 3.5, "soft", pruned),
    outlinedDots("complete", "disc", 6, "text", complete),
    outlinedDots("out of memory", "up", 9, "series4", outOfMemory),
    outlinedDots("diverged", "cross", 9, "bad", diverged),
    outlinedDots("best", "star", 15, "best", best),
  ];
  return {
    title: "Where trials diverge",
    facts: data.facts,
    panels: [{ x, y, marks }],
    ramp: RAMP,
    width: 700,
    height: 500,
  };
}

export const feasiblePlot: PlotKind<FeasibleData> = {
  summary: "where trials diverge or run out of memory, and how likely others would",
  takes: ["params"],
  data: feasibleData,
  chart: feasibleChart,
};
