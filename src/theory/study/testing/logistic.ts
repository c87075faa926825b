import { createRng } from "../../../numerics/rng.ts";
import { float, int, searchSpace } from "../../../space/index.ts";
import type { Params } from "../../../space/index.ts";
import { directionalEdge } from "../../curvature/directional-edge.ts";
import { lanczos } from "../../curvature/lanczos.ts";
import type { ProbeMeasurement } from "../../probe/measurement.ts";
import type { Probe } from "../../probe/probe.ts";
import { learningRateEdge } from "../../curvature/stability.ts";

// Logistic regression on made-up data, trained by SGD: a real training problem, small enough for
// hundreds of studies, whose curvature is known exactly.

const EXAMPLES = 96;
const FEATURES = 6;
const STEPS = 60;

const data = (() => {
  const rng = createRng(11);
  const truth = Array.from({ length: FEATURES }, () => rng.normal());
  const x = Array.from({ length: EXAMPLES }, () =>
    Array.from({ length: FEATURES }, (_, j) => rng.normal() * (3 / (1 + j))),
  );
  const y = x.map((row) => {
    const score = row.reduce((sum, value, j) => sum + value * truth[j], 0);
    return rng.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  });
  return { x, y };
})();

const chance = (w: ArrayLike<number>, row: readonly number[]): number => {
  let score = 0;
  for (let j = 0; j < FEATURES; j++) score += w[j] * row[j];
  return 1 / (1 + Math.exp(-score));
};

export function loss(w: ArrayLike<number>): number {
  let sum = 0;
  data.x.forEach((row, i) => {
    const p = chance(w, row);
    sum -= Math.log(Math.max(1e-300, data.y[i] === 1 ? p : 1 - p));
  });
  return sum / EXAMPLES;
}

function gradient(w: Float64Array, rows: readonly number[]): Float64Array {
  const g = new Float64Array(FEATURES);
  for (const i of rows) {
    const error = chance(w, data.x[i]) - data.y[i];
    for (let j = 0; j < FEATURES; j++) g[j] += (error * data.x[i][j]) / rows.length;
  }
  return g;
}

/** H(w)·v of the whole data. */
function product(w: Float64Array, v: Float64Array): Float64Array {
  const out = new Float64Array(FEATURES);
  for (const row of data.x) {
    const p = chance(w, row);
    let along = 0;
    for (let j = 0; j < FEATURES; j++) along += row[j] * v[j];
    for (let j = 0; j < FEATURES; j++) out[j] += (p * (1 - p) * along * row[j]) / EXAMPLES;
  }
  return out;
}

const all = Array.from({ length: EXAMPLES }, (_, i) => i);

/** The loss after training with SGD; NaN where it exploded. */
export function trained({ lr, batchSize }: Params, seed: number): number {
  const rng = createRng(seed, "training");
  const w = new Float64Array(FEATURES);
  for (let step = 0; step < STEPS; step++) {
    const rows = Array.from({ length: batchSize as number }, () => rng.integer(0, EXAMPLES - 1));
    const g = gradient(w, rows);
    for (let j = 0; j < FEATURES; j++) w[j] -= (lr as number) * g[j];
  }
  const value = loss(w);
  return value > 50 ? NaN : value;
}

export const logisticSpace = searchSpace({
  lr: float(1e-6, 1e3, { log: true }),
  batchSize: int(4, 64, { log: true }),
});

/** λ_max and the edges at w = 0, of the whole data. */
export function logisticProbe(calls: { count: number } = { count: 0 }): Probe {
  return {
    async measure({ seed = 0 } = {}): Promise<ProbeMeasurement> {
      calls.count++;
      const w = new Float64Array(FEATURES);
      const hvp = (v: Float64Array) => product(w, v);
      const {
        lambdaMax,
        residual,
        steps: products,
        converged,
      } = await lanczos(hvp, {
        dimension: FEATURES,
        rng: createRng(seed),
      });
      const g = gradient(w, all);
      const { edge, slope, curvature } = await directionalEdge(hvp, { gradient: g, update: g });
      const norm = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0));
      return {
        version: 1,
        framework: "none",
        step: 0,
        weights: FEATURES,
        batchSize: 16,
        loss: loss(w),
        batches: 1,
        gradientNorm: norm,
        weightNorm: 0,
        sharpness: { value: lambdaMax, residual, products, converged },
        simpleNoise: { value: 20 },
        optimizers: [
          {
            name: "sgd",
            family: "sgd",
            usualRate: 0.01,
            stability: { kind: "threshold", curvature: "hessian", gain: 1 },
            edge: learningRateEdge({ kind: "gradientDescent" }, lambdaMax),
            directionalEdge: { value: edge, slope, curvature, batches: 1 },
            notes: [],
          },
        ],
        cost: { gradients: 3 + 2 * products, products, gradientsPerProduct: 2, seconds: 0 },
        assumptions: [],
        warnings: [],
      };
    },
  };
}
