import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { PlotChart, Mark, Ramp } from "../chart/chart.ts";
import { scaleFor, type Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import {
  loggedCurve,
  loggedNames,
  reportedCurve,
  thinCurve,
  type StepCurve,
} from "../study/curves.ts";
import { gradesOn } from "../study/grades.ts";
import { beyondText, metricOf, valueOf, valueScale } from "../study/metric.ts";
import { parametersOf, type PlottedParameter } from "../study/parameters.ts";
import { badnessOf, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { parameterOfRole } from "../study/roles.ts";
import { counted } from "../../errors/counted.ts";

export interface CurvesData {
  /** What is drawn over the steps: the metric, or what trials logged under a name. */
  readonly curveName: string;
  readonly steps: Scale;
  readonly values: Scale;
  readonly curves: readonly (StepCurve & { readonly trial: number })[];
  /** By curve, where its trial lies on the parameter that colours it, from 0 to 1. */
  readonly grades: readonly number[];
  /** The last point of each training that diverged. */
  readonly diverged: {
    readonly trials: readonly number[];
    readonly steps: readonly number[];
    readonly values: readonly number[];
  };
  readonly ramp: Ramp;
  readonly facts: readonly string[];
}

const MOST_CURVES = 1000;
const MOST_POINTS = 14_000;

/**
 * @param options.curve a name under which trials logged; the reported metric by default
 * @param options.params one parameter that colours the curves; the learning rate by default
 * @throws HpoError if no trial reported or logged anything
 */
export function curvesData(study: PlottedStudy, options: PlotOptions = {}): CurvesData {
  const metric = metricOf(study);
  const curveOf = curveReader(study, options.curve);
  const rows = study.trials.flatMap((trial) => {
    const curve = curveOf(trial);
    if (!curve || curve.steps.length === 0) return [];
    const diverged =
      stateOf(trial, study.directions) === "diverged" || curve.brokenAt !== undefined;
    return [{ trial, curve, diverged }];
  });
  if (rows.length === 0) {
    throw new HpoError(
      `No trial of study ${JSON.stringify(study.name)} reported anything. Call trial.report(value, step) in the objective.`,
    );
  }
  const badness = rows.map(({ trial }) =>
    badnessOf(valueOf(trial, metric) ?? NaN, metric.direction),
  );
  const { kept, said } = thin(badness, [], MOST_CURVES);
  const perCurve = Math.max(8, Math.floor(MOST_POINTS / kept.length));
  const isThinned = rows.some(({ curve }) => curve.steps.length > perCurve);
  const all = rows.flatMap(({ curve }) => curve.values);
  const axis = options.curve === undefined ? valueScale(all, metric.direction) : loggedAxis(all);
  const { grade, ramp } = colouring(study, options.params);
  const shown = kept.map((i) => rows[i]);
  const drawn = shown.map(({ trial, curve }) => {
    const thinned = thinCurve(curve, perCurve);
    return { trial: trial.number, ...thinned, values: thinned.values.map(axis.shown) };
  });
  const ends = drawn.filter((_, i) => shown[i].diverged);
  const count = rows.filter(({ diverged }) => diverged).length;
  return {
    curveName: options.curve ?? metric.name,
    steps: scaleFor(
      rows.flatMap(({ curve }) => curve.steps),
      { log: false, integer: true, room: 0.02 },
    ),
    values: axis.scale,
    curves: drawn,
    grades: shown.map(({ trial }) => grade(trial)),
    diverged: {
      trials: ends.map(({ trial }) => trial),
      steps: ends.map(({ steps }) => steps.at(-1)!),
      values: ends.map(({ values }) => values.at(-1)!),
    },
    ramp,
    facts: [
      `${counted(rows.length, "curve")}, ${count} of them diverged`,
      ...beyondText(axis.beyond),
      ...(said ? [said] : []),
      ...(isThinned ? [`of each curve at most ${perCurve} points drawn`] : []),
    ],
  };
}

function curveReader(
  { name, trials }: PlottedStudy,
  logged?: string,
): (trial: Trial) => StepCurve | undefined {
  if (logged === undefined) return reportedCurve;
  const names = loggedNames(trials);
  if (names.includes(logged)) return (trial) => loggedCurve(trial, logged);
  throw new HpoError(
    `No trial of study ${JSON.stringify(name)} logged "${logged}". ${didYouMean(logged, names)}`,
  );
}

const loggedAxis = (values: readonly number[]) => ({
  scale: scaleFor(values),
  beyond: 0,
  shown: (value: number): number => value,
});

/** By a parameter: its larger values stand out; without one by the trial's number. */
function colouring(study: PlottedStudy, names?: readonly string[]) {
  const name = names ? names[0] : parameterOfRole(study, "learningRate");
  const parameter = name === undefined ? undefined : parametersOf(study, [name])[0];
  const last = Math.max(1, study.trials.at(-1)?.number ?? 1);
  const scale: Scale = parameter?.scale ?? { kind: "linear", low: 0, high: last, integer: true };
  const grades = gradesOn(scale, { name: name ?? "trial", direction: "maximize" });
  const at: PlottedParameter["at"] = parameter?.at ?? (({ number }) => number);
  return { grade: (trial: Trial) => grades.of(at(trial)), ramp: grades.ramp };
}

export function curvesChart(data: CurvesData): PlotChart {
  const { curveName, steps, values, curves, grades, diverged, ramp, facts } = data;
  const marks: Mark[] = [
    {
      mark: "lines",
      colour: "accent",
      width: 1.3,
      opacity: 0.75,
      grades: grades.map((grade) => (Number.isNaN(grade) ? 0 : grade)),
      lines: curves.map(({ steps: x, values: y }) => ({ x, y })),
    },
    {
      mark: "dots",
      name: "diverged",
      symbol: "cross",
      size: 9,
      colour: "bad",
      outlined: true,
      x: diverged.steps,
      y: diverged.values,
      trials: diverged.trials,
    },
  ];
  return {
    title: "Curves",
    facts,
    panels: [{ x: { name: "step", scale: steps }, y: { name: curveName, scale: values }, marks }],
    ramp,
    width: 760,
    height: 440,
  };
}

export const curvesPlot: PlotKind<CurvesData> = {
  summary: "every training's curve, coloured by a parameter, divergences marked",
  takes: ["curve", "params"],
  data: curvesData,
  chart: curvesChart,
};
