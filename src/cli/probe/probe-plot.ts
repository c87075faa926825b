import { HpoError } from "../../errors/errors.ts";
import { chartFile, type Level, type Line } from "../../plots/svg/chart.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "../../theory/probe/measurement.ts";
import type { ProbeResult } from "./probe-result.ts";

/** The sharpness along the steps with the edge at the learning rate; without steps, the rates. */
export const probePlot = (result: ProbeResult): string =>
  result.along.length > 0 ? sharpnessPlot(result) : ratesPlot(result);

function sharpnessPlot({ study, start, along }: ProbeResult): string {
  const all = [start, ...along];
  const { name } = along[0].optimizers[0];
  const ofH = lineOf("λ_max of H", all, ({ sharpness }) => sharpness?.value);
  const ofRule = lineOf(`λ_max of P⁻¹H (${name})`, all, (one) => {
    const own = one.optimizers.find((optimizer) => optimizer.name === name);
    return own?.stability.kind === "threshold" &&
      own.stability.curvature === "preconditionedHessian"
      ? own.stability.sharpness?.value
      : undefined;
  });
  const lines = [ofH, ofRule].filter(({ points }) => points.length > 0);
  if (lines.length === 0) {
    throw new HpoError("--plot has nothing to draw: λ_max was positive at no step.");
  }
  return chartFile({
    title: `${study}: sharpness along training`,
    xLabel: "step",
    yLabel: "λ_max",
    lines,
    levels: edgeLevel(along[0].optimizers[0]),
  });
}

/** λ_max above this is unstable at the learning rate: 2/η for gradient descent. */
function edgeLevel({ stability, learningRate }: OptimizerMeasurement): Level[] {
  if (stability.kind === "none" || !learningRate) return [];
  const gain = Number((2 * stability.gain).toPrecision(3));
  const y = Math.log10((2 * stability.gain) / learningRate);
  return [{ name: `${gain}/η, the edge at η = ${Number(learningRate.toPrecision(2))}`, y }];
}

function lineOf(
  name: string,
  all: readonly ProbeMeasurement[],
  pick: (measurement: ProbeMeasurement) => number | undefined,
): Line {
  const points = all.flatMap((one) => {
    const value = pick(one);
    if (value === undefined || value <= 0) return [];
    const y = Math.log10(value);
    return [{ x: one.step, y, low: y, high: y }];
  });
  return { name, points };
}

function ratesPlot({ study, start, rates, budget }: ProbeResult): string {
  // One of each family: the others' bands lie on theirs.
  const families = start.optimizers.map(({ family }) => family);
  const isFirst = (name: string): boolean => {
    const at = start.optimizers.findIndex((one) => one.name === name);
    return families.indexOf(families[at]) === at;
  };
  const shown = rates.length <= 3 ? rates : rates.filter(({ optimizer }) => isFirst(optimizer));
  const lines = shown.map(({ optimizer, rates: points }) => ({
    name: optimizer,
    points: points.map(({ batchSize, learningRate, interval: [low, high] }) => ({
      x: batchSize,
      y: Math.log10(learningRate),
      low: Math.log10(low),
      high: Math.log10(high),
    })),
  }));
  if (lines.length === 0) {
    throw new HpoError("--plot has nothing to draw: no learning rate is recommended.");
  }
  return chartFile({
    title: `${study}: learning rate to begin with, 90 %`,
    xLabel: `batch size, at a fixed number of ${budget}`,
    yLabel: "learning rate",
    xScale: "log",
    lines,
  });
}
