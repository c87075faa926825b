import { createRng } from "hpo";
import type { Rng } from "hpo";
import { exactSignRate, surgeFromCurvature, surgePeak } from "hpo/theory";
import { drawSheet } from "../panels.ts";
import { mean, spread } from "./evidence.ts";
import type { Bar, Evidence, EvidenceOptions, EvidenceStudy, EvidenceTable } from "./evidence.ts";

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

type Regimes = Readonly<Record<keyof typeof regimes, readonly Sweep[]>>;

/** η*(B) of one seed. */
interface Sweep {
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

function barsOf(found: Regimes, predicted: readonly number[], peak: number): Bar[] {
  const average = (key: keyof Regimes, of: "surge" | "exponent"): number =>
    mean(found[key].map((one) => one[of]));
  const rates = batchSizes.map((_, i) => mean(found.oneStep.map((one) => one.rates[i])));
  const gap = Math.max(...rates.map((rate, i) => Math.abs(rate / predicted[i] - 1)));
  const top = batchSizes[rates.indexOf(Math.max(...rates))];
  const shown = (value: number): string => value.toFixed(2);
  return [
    {
      what: "one step: η* follows the formula within 5 %",
      found: `at most ${(100 * gap).toFixed(1)} % off`,
      met: gap <= 0.05,
    },
    {
      what: `one step: η* surges 1.5-fold or more, within a factor 2 of B = ${peak.toFixed(0)}`,
      found: `×${shown(average("oneStep", "surge"))} at B = ${top}`,
      met: average("oneStep", "surge") >= 1.5 && Math.abs(Math.log2(top / peak)) <= 1,
    },
    {
      what: "noise correlated by .5: no surge (below ×1.15)",
      found: `×${shown(average("correlated", "surge"))}`,
      met: average("correlated", "surge") < 1.15,
    },
    {
      what: "20 steps: η* never rises with B",
      found: `exponent ${shown(average("fixedSteps", "exponent"))}`,
      met: found.fixedSteps.every(({ rates: of }) =>
        of.every((r, i) => i === 0 || r < 1.05 * of[i - 1]),
      ),
    },
    {
      what: "fixed samples: η* rises as √B for signs and as B for SGD (exponents within .15)",
      found: `${shown(average("signSamples", "exponent"))} and ${shown(average("descentSamples", "exponent"))}`,
      met:
        Math.abs(average("signSamples", "exponent") - 0.5) <= 0.15 &&
        Math.abs(average("descentSamples", "exponent") - 1) <= 0.15,
    },
  ];
}

const keys = Object.keys(regimes) as (keyof Regimes)[];

function tableOf(found: Regimes, predicted: readonly number[]): EvidenceTable {
  const rows = batchSizes.map((batchSize, i) => [
    String(batchSize),
    predicted[i].toPrecision(3),
    ...keys.map((key) => mean(found[key].map(({ rates }) => rates[i])).toPrecision(3)),
  ]);
  const summary = (title: string, of: "surge" | "exponent"): string[] => [
    title,
    "",
    ...keys.map((key) =>
      spread(
        found[key].map((one) => one[of]),
        2,
      ),
    ),
  ];
  const header = ["batch", "formula", ...keys.map((key) => regimes[key].name)];
  return {
    title: "best learning rate of sign descent (last column: SGD) by batch size",
    rows: [header, ...rows, summary("max/last", "surge"), summary("exponent", "exponent")],
  };
}

async function run({ progress }: EvidenceOptions): Promise<Evidence> {
  const seeds = [0, 1, 2];
  const sweeps = keys.map((key) => {
    progress(regimes[key].name);
    return [key, seeds.map((seed) => sweep(regimes[key], seed))] as const;
  });
  const found = Object.fromEntries(sweeps) as unknown as Regimes;
  const predicted = await Promise.all(batchSizes.map(predictedRate));
  const law = surgeFromCurvature(size, size, signCurvature, noise * noise);
  const peak = (law && surgePeak(law)?.exactBatchSize) ?? NaN;
  const ratesOf = (key: keyof Regimes) =>
    batchSizes.map((b, i) => [b, mean(found[key].map(({ rates }) => rates[i]))] as const);
  const ticks = { ticks: [1, 32, 1024] };
  return {
    title: "the surge is a one-step law of independent noise",
    tables: [tableOf(found, predicted)],
    bars: barsOf(found, predicted, peak),
    notes: [
      "Rates minimise the mean final loss on a grid of ×1.35, refined by a parabola; ± is the " +
        "standard deviation of 3 seeds of the noise.",
      "Assumed: Gaussian noise of one size, H with equal entries off its diagonal, one start. " +
        "Exponents are over B = 1 … 128.",
    ],
    picture: drawSheet({
      label: "Best learning rate by batch size, one panel for each regime; formula in the first",
      columns: 3,
      panels: keys.map((key) => {
        const series = [{ name: "measured", points: ratesOf(key) }];
        const formula = {
          name: "formula",
          points: batchSizes.map((b, i) => [b, predicted[i]] as const),
        };
        const [low, high] = key.endsWith("Samples") ? [1e-4, 0.2] : [0.005, 0.2];
        return {
          title: regimes[key].name,
          x: { low: 1, high: 1024, log: true, ...ticks },
          y: { low, high, log: true, ticks: [0.001, 0.01, 0.1].filter((t) => t >= low) },
          series: key === "oneStep" ? [...series, formula] : series,
        };
      }),
    }),
    data: { batchSizes, predicted, peak, found },
  };
}

export const surge: EvidenceStudy = { name: "surge", run };
