import { meanOf, squaredDeviations } from "../../numerics/moments.ts";
import { createRng, type Rng } from "../../numerics/rng.ts";
import { powerIteration } from "../curvature/power-iteration.ts";
import { hutchinsonTrace } from "../curvature/trace.ts";
import { dot, norm } from "../../numerics/vectors.ts";
import { curvatureMeter, measureDirectionalEdge } from "./directional.ts";
import { openGradientBudget, type GradientBudget } from "./gradient-budget.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "./measurement.ts";
import { simpleNoise, weightedNoise } from "./noise.ts";
import { PRIOR_BUDGET, type ProbeOptions } from "./probe.ts";
import type { ProbeOptimizer, ProbeProblem } from "./problem.ts";
import { RANGE_POINTS, rangeTest } from "./range.ts";
import { gradientStatistics, type GradientStatistics } from "./statistics.ts";
import { sharpnessMeter, thresholdOf, type SharpnessMeter } from "./threshold.ts";
import { shortfalls, warningsOf } from "./warnings.ts";

/** What λ_max to 5 % takes nearly always. */
const USUAL_PRODUCTS = 12;
/** Products kept back for what every measurement holds: sᵀHs, B_noise and a short Lanczos. */
const RESERVE = 1 + 4 + 11;

/**
 * Measures a problem within a budget of gradients, in the order of what a prior needs: gradients of
 * 32 batches (noise, second moments), η_c of each optimizer, B_noise, the thresholds' λ_max; then
 * the cross-checks. What the budget does not reach is left out, with a warning.
 *
 * @throws HpoError on a budget below 50, a loss that is not finite, or a gradient that is 0
 *
 * @example
 * ```ts
 * import { measure, type ProbeProblem } from "hpo/theory";
 *
 * async function sharpnessOf(problem: ProbeProblem): Promise<number | undefined> {
 *   return (await measure(problem, { budget: 100 })).sharpness?.value;
 * }
 * ```
 */
export async function measure(
  problem: ProbeProblem,
  options: ProbeOptions = {},
): Promise<ProbeMeasurement> {
  const { optimizers: names = "own", seed = 0 } = options;
  const started = problem.now();
  const budget = openGradientBudget(problem, {
    ...options,
    budget: options.budget ?? PRIOR_BUDGET,
  });
  const optimizers = problem.optimizers(names);
  try {
    const statistics = await gradientStatistics(budget, async (gradient) => {
      for (const optimizer of optimizers) await optimizer.observe?.(gradient);
    });
    const run: Run = { budget, statistics, optimizers, rng: createRng(seed, "probe") };
    const parts = await measureParts(run, options.crossChecks ?? false);
    const { products, spent } = budget;
    return {
      version: 1,
      framework: problem.framework,
      step: problem.step,
      weights: problem.size,
      batchSize: problem.batchSize,
      loss: statistics.loss,
      batches: statistics.count,
      weightNorm: norm(problem.weights()),
      ...parts,
      cost: {
        gradients: spent,
        products,
        gradientsPerProduct: problem.gradientsPerProduct,
        seconds: problem.now() - started,
      },
      assumptions: problem.assumptions,
      warnings: [...warningsOf(problem, statistics), ...shortfalls(parts, options)],
    };
  } finally {
    for (const optimizer of optimizers) optimizer.dispose();
  }
}

interface Run {
  readonly budget: GradientBudget;
  readonly statistics: GradientStatistics;
  readonly optimizers: readonly ProbeOptimizer[];
  readonly rng: Rng;
}

async function measureParts(run: Run, crossChecks: boolean) {
  const { budget, statistics } = run;
  const edges = await directionalEdges(run);
  const noise = await noiseParts(run);
  const meter = sharpnessMeter(budget, run.rng);
  const optimizers = await thresholds(run, meter, edges);
  // With room left, λ_max of H itself, also where no optimizer's threshold asks for it.
  const sharpness = await meter.measure(0, undefined, USUAL_PRODUCTS);
  const checks = crossChecks ? await crossCheck(run, optimizers) : { optimizers };
  return {
    gradientNormVariation: variation(statistics.squaredNorms),
    ...noise,
    ...(sharpness && { sharpness }),
    ...checks,
  };
}

/** Seeds every optimizer and measures η_c; keeps the rest for `thresholds`. */
async function directionalEdges({ budget, statistics, optimizers }: Run) {
  const meter = curvatureMeter(budget, Math.min(RESERVE, Math.floor(budget.affordable / 2)));
  const edges: OptimizerMeasurement["directionalEdge"][] = [];
  for (const optimizer of optimizers) {
    await optimizer.seed(statistics.secondMoment, statistics.mean);
    edges.push(await measureDirectionalEdge(budget, meter, statistics, optimizer));
  }
  return edges;
}

async function noiseParts({ budget, statistics }: Run) {
  const { batchSize, examples } = budget.problem;
  const sampling = { batchSize, examples };
  const simple = simpleNoise(statistics, sampling);
  const signal = simple ? simple.signals.all : dot(statistics.mean, statistics.mean);
  budget.begin("sᵀHs");
  const signs = statistics.mean.map(Math.sign);
  const sign = budget.affordable > 0 && {
    gradientSum: dot(signs, statistics.mean),
    curvature: dot(signs, await budget.hvp(0, signs)),
  };
  budget.begin("B_noise");
  const { length: groups } = statistics.groups;
  const weighted =
    simple && groups > 1 && budget.affordable >= groups
      ? await weightedNoise((v) => budget.hvp(0, v), statistics, sampling, simple.signals)
      : undefined;
  return {
    ...(signal > 0 && { gradientNorm: Math.sqrt(signal) }),
    ...(simple && { simpleNoise: simple.scale }),
    ...(weighted && { weightedNoise: weighted }),
    ...(sign && { sign }),
  };
}

async function thresholds(
  { statistics, optimizers }: Run,
  meter: SharpnessMeter,
  edges: readonly OptimizerMeasurement["directionalEdge"][],
): Promise<OptimizerMeasurement[]> {
  const measured: OptimizerMeasurement[] = [];
  for (const [i, optimizer] of optimizers.entries()) {
    const { name, family, learningRate, usualRate, notes } = optimizer;
    const threshold = await thresholdOf(optimizer, meter, statistics.secondMoment);
    measured.push({
      name,
      family,
      ...(learningRate !== undefined && learningRate > 0 && { learningRate }),
      ...(usualRate !== undefined && { usualRate }),
      ...threshold,
      ...(edges[i] && { directionalEdge: edges[i] }),
      notes,
    });
  }
  return measured;
}

/** tr H, λ_max by power iteration, and the first optimizer's range test, as far as it reaches. */
async function crossCheck(run: Run, measured: readonly OptimizerMeasurement[]) {
  const { budget, rng } = run;
  const dimension = budget.problem.size;
  const onFirst = (v: Float64Array): Promise<Float64Array> => budget.hvp(0, v);
  const [first, ...others] = measured;
  const around = first.directionalEdge?.value ?? first.edge ?? first.usualRate;
  const range =
    around !== undefined && budget.left >= RANGE_POINTS
      ? await rangeTest(budget, run.optimizers[0], around)
      : undefined;
  budget.begin("tr H");
  const traceSamples = Math.min(16, budget.affordable);
  const trace =
    traceSamples >= 8
      ? await hutchinsonTrace(onFirst, {
          dimension,
          rng: rng.fork("trace"),
          maxSamples: traceSamples,
        })
      : undefined;
  budget.begin("power iteration");
  // Two phases where the eigenvalue of largest modulus is negative.
  const maxSteps = Math.min(30, Math.floor(budget.affordable / 2));
  const power =
    maxSteps >= 5
      ? await powerIteration(onFirst, {
          dimension,
          rng: rng.fork("power"),
          maxSteps,
          tolerance: 0.01,
        })
      : undefined;
  return {
    optimizers: [range ? { ...first, rangeTest: range } : first, ...others],
    ...(trace && {
      trace: {
        value: trace.trace,
        standardError: trace.standardError,
        products: trace.samples.length,
      },
    }),
    ...(power && {
      powerIteration: {
        value: power.lambdaMax,
        products: power.steps,
        converged: power.converged,
      },
    }),
  };
}

/** sd/mean of the norms: how unevenly batches pull; it measures no curvature. */
function variation(squaredNorms: readonly number[]): number {
  const norms = squaredNorms.map(Math.sqrt);
  if (norms.length < 2) return 0;
  return Math.sqrt(squaredDeviations(norms) / (norms.length - 1)) / meanOf(norms);
}
