import { HpoError } from "../../errors/errors.ts";
import { scaleFor, type Chart, type Mark } from "../../plots/index.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "../../theory/probe/measurement.ts";
import type { ProbeResult } from "./probe-result.ts";

const SIZE = { width: 720, height: 460 };

/**
 * The sharpness along the steps with the edge at the learning rate; without steps, the rates.
 * @throws HpoError if there is nothing to draw
 */
export const probePlot = (result: ProbeResult): Chart =>
  result.along.length > 0 ? sharpnessPlot(result) : ratesPlot(result);

function sharpnessPlot({ study, start, along }: ProbeResult): Chart {
  const all = [start, ...along];
  const { name } = along[0].optimizers[0];
  const ofH = pointsOf(all, ({ sharpness }) => sharpness?.value);
  const ofRule = pointsOf(all, (one) => {
    const own = one.optimizers.find((optimizer) => optimizer.name === name);
    return own?.stability.kind === "threshold" &&
      own.stability.curvature === "preconditionedHessian"
      ? own.stability.sharpness?.value
      : undefined;
  });
  const lines = [
    { name: "λ_max of H", ...ofH },
    { name: `λ_max of P⁻¹H (${name})`, ...ofRule },
  ].filter(({ x }) => x.length > 0);
  if (lines.length === 0) {
    throw new HpoError("--plot has nothing to draw: λ_max was positive at no step.");
  }
  const edge = edgeOfStability(along[0].optimizers[0]);
  return {
    title: `${study}: sharpness along training`,
    facts: [],
    ...SIZE,
    panels: [
      {
        x: {
          name: "step",
          scale: scaleFor(
            lines.flatMap(({ x }) => x),
            { integer: true, log: false },
          ),
        },
        y: {
          name: "λ_max",
          scale: scaleFor([...lines.flatMap(({ y }) => y), ...edge.map(({ at }) => at)], {
            log: true,
          }),
        },
        marks: [
          ...edge.map(({ at, label }): Mark => ({
            mark: "rule",
            axis: "y",
            at,
            label,
            colour: "text",
            dashed: true,
          })),
          ...lines.map(({ name, ...line }, i): Mark => ({
            mark: "lines",
            name,
            colour: `series${i}`,
            width: 1.8,
            lines: [line],
          })),
        ],
      },
    ],
  };
}

/** λ_max above this is unstable at the learning rate: 2/η for gradient descent. */
function edgeOfStability({ stability, learningRate }: OptimizerMeasurement) {
  if (stability.kind === "none" || !learningRate) return [];
  const gain = Number((2 * stability.gain).toPrecision(3));
  const label = `${gain}/η, the edge at η = ${Number(learningRate.toPrecision(2))}`;
  return [{ at: (2 * stability.gain) / learningRate, label }];
}

function pointsOf(
  all: readonly ProbeMeasurement[],
  pick: (measurement: ProbeMeasurement) => number | undefined,
) {
  const points = all.flatMap((one) => {
    const value = pick(one);
    return value === undefined || value <= 0 ? [] : [[one.step, value] as const];
  });
  return { x: points.map(([step]) => step), y: points.map(([, value]) => value) };
}

function ratesPlot({ study, start, rates, budget }: ProbeResult): Chart {
  // One of each family: the others' bands lie on theirs.
  const families = start.optimizers.map(({ family }) => family);
  const isFirst = (name: string): boolean => {
    const at = start.optimizers.findIndex((one) => one.name === name);
    return families.indexOf(families[at]) === at;
  };
  const shown = rates.length <= 3 ? rates : rates.filter(({ optimizer }) => isFirst(optimizer));
  if (shown.length === 0) {
    throw new HpoError("--plot has nothing to draw: no learning rate is recommended.");
  }
  const points = shown.flatMap((one) => one.rates);
  const bands = shown.map(({ rates }, i): Mark => ({
    mark: "band",
    colour: `series${i}`,
    opacity: 0.13,
    x: rates.map(({ batchSize }) => batchSize),
    low: rates.map(({ interval }) => interval[0]),
    high: rates.map(({ interval }) => interval[1]),
  }));
  const lines = shown.map(({ optimizer, rates }, i): Mark => ({
    mark: "lines",
    name: optimizer,
    colour: `series${i}`,
    width: 1.8,
    lines: [{ x: rates.map((one) => one.batchSize), y: rates.map((one) => one.learningRate) }],
  }));
  return {
    title: `${study}: learning rate to begin with, 90 %`,
    facts: [],
    ...SIZE,
    panels: [
      {
        x: {
          name: `batch size, at a fixed number of ${budget}`,
          scale: scaleFor(
            points.map(({ batchSize }) => batchSize),
            { log: true },
          ),
        },
        y: {
          name: "learning rate",
          scale: scaleFor(
            points.flatMap(({ interval }) => interval),
            { log: true },
          ),
        },
        marks: [...bands, ...lines],
      },
    ],
  };
}
