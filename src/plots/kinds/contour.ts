import { HpoError } from "../../errors/errors.ts";
import { isFeasible } from "../../contracts/trial.ts";
import { predict, predictMeans } from "../../surrogate/predict.ts";
import { warpValues } from "../../surrogate/output-warp.ts";
import type { Mark, PlotChart, Ramp } from "../chart/chart.ts";
import { contourAreas, type HeightGrid } from "../chart/contours.ts";
import { outlinedDots } from "../chart/outlined-dots.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor, type Scale } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { gradesOn } from "../study/grades.ts";
import { bestOf, bestText, metricOf, valueScale } from "../study/metric.ts";
import { parametersOf } from "../study/parameters.ts";
import { badnessOf, countsText } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { toldValues, type ToldValue } from "../study/told-values.ts";
import { strongest } from "../study/strongest.ts";
import { GRID_SIZE, surfacePoints, processOf, rowsToLearn } from "../study/study-model.ts";
import {
  othersText,
  pointsIn,
  pointsOf,
  surfaceAxes,
  type MeasuredPoints,
} from "../study/surface-axes.ts";
import { counted } from "../../errors/counted.ts";

export interface ContourData {
  readonly x: { readonly name: string; readonly scale: Scale };
  readonly y: { readonly name: string; readonly scale: Scale };
  /** How good the model's mean is; or how sure, where that was asked. */
  readonly surface: HeightGrid;
  readonly complete: MeasuredPoints & { readonly grades?: readonly number[] };
  readonly pruned: MeasuredPoints;
  readonly diverged: MeasuredPoints;
  readonly best: MeasuredPoints;
  readonly isUncertainty: boolean;
  readonly ramp: Ramp;
  readonly facts: readonly string[];
}

const FEWEST = 8;

/**
 * @param options.params the two axes; by default the strongest two numeric ones
 * @throws HpoError with less than 8 complete trials, or without two numeric parameters
 */
export function contourData(study: PlottedStudy, options: PlotOptions = {}): ContourData {
  const metric = metricOf(study, options.metric);
  const best = bestOf(study.trials, metric)?.trial;
  const told = toldValues(study, metric);
  const whole = told.filter(({ trial }) => trial.state === "complete");
  if (!best || whole.length < FEWEST) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} has ${counted(whole.length, "complete trial")}; a model of them needs ${FEWEST}.`,
    );
  }
  const ranked = strongest(
    parametersOf(study),
    told.map(({ trial }) => trial),
    told.map(({ value }) => value),
  );
  const axes = surfaceAxes(study, ranked, best, options.params);
  const isUncertainty = options.uncertainty ?? false;
  const size = isUncertainty ? GRID_SIZE.variance : GRID_SIZE.mean;
  const { mean, sd, warp } = modelledGrid(
    study,
    told,
    surfacePoints(study.space, best, axes, size),
    isUncertainty,
  );
  const raw = (target: number): number => badnessOf(warp.valueOf(target), metric.direction);
  const axis = valueScale(
    told.map(({ value }) => badnessOf(value, metric.direction)),
    metric.direction,
  );
  const values = gradesOn(axis.scale, metric);
  const gradeOf = (value: number): number => values.of(axis.shown(value));
  const spread = sd.map((off, i) => Math.abs(raw(mean[i] + off) - raw(mean[i] - off)) / 2);
  const spreads = gradesOn(scaleFor(spread, { room: 0 }), {
    name: `± ${metric.name}`,
    direction: "minimize",
  });
  const complete = whole.filter(({ trial }) => isFeasible(trial));
  return {
    x: { name: axes.x.name, scale: axes.x.scale },
    y: { name: axes.y.name, scale: axes.y.scale },
    surface: {
      size,
      heights: isUncertainty ? spread.map(spreads.of) : mean.map((at) => gradeOf(raw(at))),
    },
    complete: {
      ...pointsOf(
        complete.map(({ trial }) => trial),
        axes,
      ),
      ...(!isUncertainty && {
        grades: complete.map(({ value }) => gradeOf(badnessOf(value, metric.direction))),
      }),
    },
    pruned: pointsIn(study, ["pruned"], axes),
    diverged: pointsIn(study, ["diverged", "out of memory"], axes),
    best: pointsOf([best], axes),
    isUncertainty,
    ramp: isUncertainty ? spreads.ramp : values.ramp,
    facts: [
      bestText(bestOf(study.trials, metric)),
      countsText(study.trials, study.directions),
      `the surface is a model of ${counted(told.length, "trial")}, ${othersText(study, axes, best.number)}`,
      ...(isUncertainty
        ? [`± ${numberText(Math.min(...spread), 2)} to ${numberText(Math.max(...spread), 2)}`]
        : []),
    ],
  };
}

/** The model's mean on the grid and, where asked, its standard deviation; and what its units stand for. */
function modelledGrid(
  { space }: PlottedStudy,
  told: readonly ToldValue[],
  points: Float64Array,
  isUncertainty: boolean,
) {
  const known = rowsToLearn(Float64Array.from(told, ({ value }) => value)).map((row) => told[row]);
  const warp = warpValues(
    Float64Array.from(known, ({ value }) => value),
    "log",
  );
  const gp = processOf(
    space,
    known.map(({ trial }) => trial),
    warp.targets,
  );
  if (!isUncertainty) return { mean: [...predictMeans(gp, points)], sd: [], warp };
  const { mean, variance } = predict(gp, points);
  return { mean: [...mean], sd: [...variance].map(Math.sqrt), warp };
}

export function contourChart(data: ContourData): PlotChart {
  const { x, y, surface, complete, pruned, diverged, best, isUncertainty } = data;
  const marks: Mark[] = [
    { mark: "areas", colour: "accent", ...contourAreas(surface) },
    outlinedDots("pruned", "disc", 3, "soft", pruned),
    outlinedDots("complete", "disc", 6, isUncertainty ? "text" : "accent", complete),
    outlinedDots("diverged", "cross", 8, "bad", diverged),
    outlinedDots("best", "star", 15, "best", best),
  ];
  return {
    title: isUncertainty ? "How sure the model is" : "Contour",
    facts: data.facts,
    panels: [{ x, y, marks }],
    ramp: data.ramp,
    width: 700,
    height: 500,
  };
}

export const contourPlot: PlotKind<ContourData> = {
  summary: "what a model makes of two parameters, with the trials on it; or how sure it is",
  takes: ["metric", "params", "uncertainty"],
  data: contourData,
  chart: contourChart,
};
