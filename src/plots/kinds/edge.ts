import { HpoError } from "../../errors/errors.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { PlotChart, Colour, Mark } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { loggedCurve, thinCurve, type StepCurve } from "../study/curves.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { parameterOfRole } from "../study/roles.ts";

export interface EdgeData {
  readonly trials: readonly {
    readonly trial: number;
    /** Its learning rate at the first step that is drawn. */
    readonly learningRate: number;
    /** Of λ_max. */
    readonly sharpness: StepCurve;
    /** 2/η at the same steps. */
    readonly edge: readonly number[];
  }[];
  readonly facts: readonly string[];
}

/** Under these names trials log λ_max and, where it changes, the learning rate. */
const SHARPNESS = "sharpness";
const RATES = ["learningRate", "lr", "learning_rate"];

const TRIALS = 4;
/** A training whose sharpness ends at this share of its edge or more came near it. */
const NEAR = 0.4;
const MOST_POINTS = 400;

/**
 * @param options.trials which trials; by default a few whose learning rates are spread evenly
 * @throws HpoError if no trial logged its sharpness, or has a learning rate
 */
export function edgeData(study: PlottedStudy, options: PlotOptions = {}): EdgeData {
  const rateName = parameterOfRole(study, "learningRate");
  const all = study.trials.flatMap((trial): Logged[] => {
    const sharpness = loggedCurve(trial, SHARPNESS);
    const rate = rateReader(trial, rateName);
    if (!sharpness || sharpness.steps.length < 2 || !rate) return [];
    const learningRate = rate(sharpness.steps[0]);
    return learningRate > 0 ? [{ trial: trial.number, learningRate, sharpness, rate }] : [];
  });
  if (all.length === 0) {
    throw new HpoError(`No trial of study "${study.name}" logged "${SHARPNESS}" beside a learning rate. Call trial.log({ sharpness }, step) in the objective.`); // prettier-ignore
  }
  const chosen = options.trials ? named(study, all, options.trials) : spread(all);
  const trials = chosen.map(({ trial, learningRate, sharpness, rate }) => {
    const thinned = thinCurve(sharpness, MOST_POINTS);
    const edge = thinned.steps.map((step) => 2 / rate(step));
    return { trial, learningRate, sharpness: thinned, edge };
  });
  return {
    trials,
    facts: trials.map(({ trial, sharpness, edge }) => `trial ${trial} ends at ${numberText(sharpness.values.at(-1)! / edge.at(-1)!, 2)} of its edge`), // prettier-ignore
  };
}

/** η at a step: the last that was logged up to it, else the parameter. */
function rateReader(
  { params, ...trial }: Trial,
  name?: string,
): ((step: number) => number) | undefined {
  // prettier-ignore
  const logged = RATES.map((one) => loggedCurve({ params, ...trial }, one)).find((curve) => curve && curve.steps.length > 0); // prettier-ignore
  if (logged) {
    return (step) => {
      const after = logged.steps.findIndex((at) => at > step);
      const at = after < 0 ? logged.steps.length - 1 : Math.max(0, after - 1);
      return logged.values[at];
    };
  }
  const value = name !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
  return typeof value === "number" ? () => value : undefined;
}

interface Logged {
  readonly trial: number;
  readonly learningRate: number;
  readonly sharpness: StepCurve;
  readonly rate: (step: number) => number;
}

function named(
  { name }: PlottedStudy,
  all: readonly Logged[],
  numbers: readonly number[],
): readonly Logged[] {
  return numbers.map((number) => {
    const found = all.find(({ trial }) => trial === number);
    if (found) return found;
    throw new HpoError(`Trial ${number} of study "${name}" logged no "${SHARPNESS}" beside a learning rate. Those that did: ${all.slice(0, 12).map(({ trial }) => trial).join(", ")}.`); // prettier-ignore
  });
}

/** Of trainings that came near their edge, if there are enough, the learning rates spread evenly. */
function spread(all: readonly Logged[]): readonly Logged[] {
  const near = all.filter(({ sharpness: { steps, values }, rate }) => {
    const ratio = (values.at(-1)! * rate(steps.at(-1)!)) / 2;
    return ratio > NEAR && ratio < 1 / NEAR;
  });
  const sorted = (near.length >= TRIALS ? near : [...all]).sort(
    (a, b) => a.learningRate - b.learningRate || a.trial - b.trial,
  );
  if (sorted.length <= TRIALS) return sorted;
  return Array.from({ length: TRIALS }, (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (TRIALS - 1))]); // prettier-ignore
}

export function edgeChart({ trials, facts }: EdgeData): PlotChart {
  const marks = trials.flatMap(({ trial, learningRate, sharpness, edge }, i): Mark[] => {
    const colour: Colour = `series${i}`;
    const { steps: x, values: y } = sharpness;
    return [
      { mark: "lines", colour, width: 1.8, dashed: true, opacity: 0.8, lines: [{ x, y: edge }] },
      { mark: "lines", name: `trial ${trial}, η ${numberText(learningRate, 2)}`, colour, width: 2.2, lines: [{ x, y }] }, // prettier-ignore
    ];
  });
  const steps = trials.flatMap(({ sharpness }) => sharpness.steps);
  const values = trials.flatMap(({ sharpness, edge }) => [...sharpness.values, ...edge]);
  return {
    title: "Edge of stability",
    facts: [
      "λ_max of each training, and dashed 2/η, beyond which gradient descent diverges",
      ...facts,
    ],
    panels: [
      {
        x: { name: "step", scale: scaleFor(steps, { log: false, integer: true, room: 0.02 }) },
        y: { name: "sharpness", scale: scaleFor(values) },
        marks,
      },
    ],
    width: 760,
    height: 440,
  };
}

export const edgePlot: PlotKind<EdgeData> = {
  summary: "the sharpness along trainings against 2/η, where they logged it",
  takes: ["trials"],
  data: edgeData,
  chart: edgeChart,
};
