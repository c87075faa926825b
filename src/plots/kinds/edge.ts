import { HpoError } from "../../errors/errors.ts";
import type { PlotChart, Colour, Mark } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor } from "../chart/scale.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { thinCurve, type StepCurve } from "../study/curves.ts";
import { loggedEdges, SHARPNESS, type LoggedEdge } from "../study/logged-edges.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";

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

const TRIALS = 4;
/** A training whose sharpness ends at this share of its edge or more came near it. */
const NEAR = 0.4;
const MOST_POINTS = 400;

/**
 * @param options.trials which trials; by default a few whose learning rates are spread evenly
 * @throws HpoError if no trial logged its sharpness, or has a learning rate
 */
export function edgeData(study: PlottedStudy, options: PlotOptions = {}): EdgeData {
  const all = loggedEdges(study);
  if (all.length === 0) {
    throw new HpoError(
      `No trial of study ${JSON.stringify(study.name)} logged "${SHARPNESS}" beside a learning rate. Call trial.log({ sharpness }, step) in the objective.`,
    );
  }
  const chosen = options.trials ? named(study, all, options.trials) : spread(all);
  const trials = chosen.map(({ trial, learningRate, sharpness, rate }) => {
    const thinned = thinCurve(sharpness, MOST_POINTS);
    const edge = thinned.steps.map((step) => 2 / rate(step));
    return { trial, learningRate, sharpness: thinned, edge };
  });
  return {
    trials,
    facts: trials.map(
      ({ trial, sharpness, edge }) =>
        `trial ${trial} ends at ${numberText(sharpness.values.at(-1)! / edge.at(-1)!, 2)} of its edge`,
    ),
  };
}

function named(
  { name }: PlottedStudy,
  all: readonly LoggedEdge[],
  numbers: readonly number[],
): readonly LoggedEdge[] {
  return numbers.map((number) => {
    const found = all.find(({ trial }) => trial === number);
    if (found) return found;
    throw new HpoError(
      `Trial ${number} of study ${JSON.stringify(name)} logged no "${SHARPNESS}" beside a learning rate. Those that did: ${all
        .slice(0, 12)
        .map(({ trial }) => trial)
        .join(", ")}.`,
    );
  });
}

/** Of trainings that came near their edge, if there are enough, the learning rates spread evenly. */
function spread(all: readonly LoggedEdge[]): readonly LoggedEdge[] {
  const near = all.filter(({ sharpness: { steps, values }, rate }) => {
    const ratio = (values.at(-1)! * rate(steps.at(-1)!)) / 2;
    return ratio > NEAR && ratio < 1 / NEAR;
  });
  const sorted = (near.length >= TRIALS ? near : [...all]).sort(
    (a, b) => a.learningRate - b.learningRate || a.trial - b.trial,
  );
  if (sorted.length <= TRIALS) return sorted;
  return Array.from(
    { length: TRIALS },
    (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (TRIALS - 1))],
  );
}

export function edgeChart({ trials, facts }: EdgeData): PlotChart {
  const marks = trials.flatMap(({ trial, learningRate, sharpness, edge }, i): Mark[] => {
    const colour: Colour = `series${i}`;
    const { steps: x, values: y } = sharpness;
    return [
      { mark: "lines", colour, width: 1.8, dashed: true, opacity: 0.8, lines: [{ x, y: edge }] },
      {
        mark: "lines",
        name: `trial ${trial}, η ${numberText(learningRate, 2)}`,
        colour,
        width: 2.2,
        lines: [{ x, y }],
      },
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
