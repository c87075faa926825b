import { createRng } from "hpo";
import type { Rng } from "hpo";
import { exactSignRate, surgeFromCurvature, surgePeak } from "hpo/theory";
import { mean } from "./evidence.ts";

/*
 * The surge, η*(B) of sign descent that rises to a peak and falls again, on ½wᵀHw with H_ii = 1 and
 * H_ij = .2 in 50 dimensions, from the w where every coordinate's gradient is 1; one example's noise
 * is N(0, 10²) in each coordinate, so κ² = 100.
 */
const size = 50;
const offDiagonal = 0.2;
const noise = 10;
/** H·w is .8 w + .2 Σw: no matrix is needed. */
const slopeOf = (w: Float64Array, sum: number, i: number): number =>
  (1 - offDiagonal) * w[i] + offDiagonal * sum;
const sumOf = (w: Float64Array): number => w.reduce((sum, x) => sum + x, 0);
const start = 1 / (1 - offDiagonal + offDiagonal * size);

export const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] as const;

export interface Regime {
  readonly name: string;
  readonly update: "sign" | "gradient";
  /** Updates that a batch size is given. */
  readonly steps: (batchSize: number) => number;
  /** Between the coordinates of one example's noise. */
  readonly correlation: number;
  readonly runs: number;
}

/** The mean final loss of runs that share their noise with every other learning rate. */
function finalLoss(
  { update, steps, correlation, runs }: Regime,
  batchSize: number,
  rate: number,
  rng: Rng,
): number {
  const scale = noise / Math.sqrt(batchSize);
  const [common, own] = [Math.sqrt(correlation) * scale, Math.sqrt(1 - correlation) * scale];
  const count = steps(batchSize);
  let total = 0;
  for (let run = 0; run < runs; run++) {
    const draws = rng.fork("run", run);
    const w = new Float64Array(size).fill(start);
    for (let step = 0; step < count; step++) {
      const sum = sumOf(w);
      const shared = correlation > 0 ? common * draws.normal() : 0;
      for (let i = 0; i < size; i++) {
        const g = slopeOf(w, sum, i) + shared + own * draws.normal();
        w[i] -= rate * (update === "sign" ? Math.sign(g) : g);
      }
      if (!(Math.abs(sum) < 1e6)) return Infinity;
    }
    const sum = sumOf(w);
    for (let i = 0; i < size; i++) total += (w[i] * slopeOf(w, sum, i)) / 2 / runs;
  }
  return total;
}

/** The learning rate with the least mean final loss: a grid in steps of ×1.35, then a parabola. */
export function bestRate(regime: Regime, batchSize: number, seed: number): number {
  const rng = createRng(seed, "surge", regime.name, batchSize);
  const factor = 1.35;
  const memo = new Map<number, number>();
  const at = (k: number): number => {
    const known = memo.get(k) ?? finalLoss(regime, batchSize, 0.05 * factor ** k, rng);
    memo.set(k, known);
    return known;
  };
  let k = 0;
  for (const direction of [1, -1]) while (at(k + direction) < at(k)) k += direction;
  // One step's loss is a parabola in η, and a few steps' nearly one.
  const [x0, x1, x2] = [k - 1, k, k + 1].map((power) => 0.05 * factor ** power);
  const [y0, y1, y2] = [at(k - 1), at(k), at(k + 1)];
  if (!Number.isFinite(y2)) return x1;
  const [a, b] = [(x1 - x0) * (y1 - y2), (x1 - x2) * (y1 - y0)];
  return x1 - ((x1 - x0) * a - (x1 - x2) * b) / (2 * (a - b));
}

export const regimes = {
  oneStep: { name: "one step", update: "sign", steps: () => 1, correlation: 0, runs: 3000 },
  correlated: {
    name: "one step, correlated noise",
    update: "sign",
    steps: () => 1,
    correlation: 0.5,
    runs: 1600,
  },
  fiveSteps: { name: "5 steps", update: "sign", steps: () => 5, correlation: 0, runs: 100 },
  fixedSteps: { name: "20 steps", update: "sign", steps: () => 20, correlation: 0, runs: 40 },
  signSamples: {
    name: "1024 samples",
    update: "sign",
    steps: (batchSize: number) => 1024 / batchSize,
    correlation: 0,
    runs: 8,
  },
  descentSamples: {
    name: "1024 samples, SGD",
    update: "gradient",
    steps: (batchSize: number) => 1024 / batchSize,
    correlation: 0,
    runs: 8,
  },
} as const satisfies Record<string, Regime>;
/** η*(B) of one seed. */
export interface Sweep {
  readonly rates: readonly number[];
  /** max η* ÷ η* at the largest batch: above 1, η* surges and falls again. */
  readonly surge: number;
  /** The slope of ln η* by ln B over the batch sizes up to 128. */
  readonly exponent: number;
}

export function sweep(regime: Regime, seed: number): Sweep {
  const rates = batchSizes.map((batchSize) => bestRate(regime, batchSize, seed));
  const early = batchSizes.slice(0, 8).map(Math.log);
  const logs = rates.slice(0, 8).map(Math.log);
  const [mx, my] = [mean(early), mean(logs)];
  const slope = early.reduce((sum, x, i) => sum + (x - mx) * (logs[i] - my), 0);
  return {
    rates,
    surge: Math.max(...rates) / rates[rates.length - 1],
    exponent: slope / early.reduce((sum, x) => sum + (x - mx) ** 2, 0),
  };
}

const mu = new Float64Array(size).fill(1);
const signCurvature = (1 - offDiagonal) * size + offDiagonal * size * size;

/** η* of one step by the formula. */
export const predictedRate = async (batchSize: number): Promise<number> =>
  (await exactSignRate(
    {
      mean: mu,
      standardDeviation: new Float64Array(size).fill(noise),
      hessianDiagonal: new Float64Array(size).fill(1),
      hvp: (v) => {
        const sum = sumOf(v);
        return v.map((_, i) => slopeOf(v, sum, i));
      },
    },
    batchSize,
  )) as number;

/** The peak that the surge's law predicts. */
export const predictedPeak = (): number => {
  const law = surgeFromCurvature(size, size, signCurvature, noise * noise);
  return (law && surgePeak(law)?.exactBatchSize) ?? NaN;
};
