import { createRng } from "hpo";
import { fitTradeOff, stepsToTarget } from "hpo/theory";
import { mean, spread } from "./evidence.ts";
import type { Evidence, EvidenceStudy } from "./evidence.ts";

/*
 * Steps of SGD to 5 % of the first loss on ½wᵀHw, H = diag(1, 1/2, … 1/20), from w = (1, …, 1), at
 * the best constant learning rate of each batch size. One example's gradient has the covariance
 * 2H(wᵀHw + σ²), σ = 1: that of a regression whose labels are noisy, which shrinks with the loss
 * but not to 0. The mean loss follows exactly from the second moments
 *   m_i ← (1 − ηλ_i)² m_i + 2η²λ_i(Σλ_j m_j + σ²)/B
 */
const eigenvalues = Array.from({ length: 20 }, (_, i) => 1 / (i + 1));
const firstLoss = eigenvalues.reduce((sum, value) => sum + value / 2, 0);
const target = 0.05 * firstLoss;

/** Batch sizes, and the steps that are expected at each; the fit of these has B_c = 108. */
const expected: readonly (readonly [batchSize: number, steps: number])[] = [
  [1, 691],
  [2, 347],
  [4, 176],
  [8, 90],
  [16, 47],
  [32, 26],
  [64, 16],
  [128, 11],
  [256, 9],
  [1024, 7],
];
const expectedCriticalBatch = 108;
const tolerance = 0.05;

/** Steps until the mean loss is at the target; `most` + 1 if it is not there by then. */
function stepsAt(batchSize: number, rate: number, most: number): number {
  const moments = eigenvalues.map(() => 1);
  let loss = firstLoss;
  for (let step = 1; step <= most; step++) {
    const noise = (2 * rate * rate * (2 * loss + 1)) / batchSize;
    loss = 0;
    eigenvalues.forEach((value, i) => {
      moments[i] = (1 - rate * value) ** 2 * moments[i] + noise * value;
      loss += (value * moments[i]) / 2;
    });
    if (loss <= target) return step;
  }
  return most + 1;
}

interface Tuned {
  readonly batchSize: number;
  readonly steps: number;
  readonly rate: number;
}

/** The fewest steps over learning rates 2 % apart up to the edge, 2/λ_max = 2. */
export function bestSteps(batchSize: number): Tuned {
  let best: Tuned = { batchSize, steps: 5000, rate: NaN };
  for (let logRate = -7; logRate < Math.log(2); logRate += 0.02) {
    const rate = Math.exp(logRate);
    const steps = stepsAt(batchSize, rate, best.steps - 1);
    if (steps < best.steps) best = { batchSize, steps, rate };
  }
  return best;
}

/** The same by simulation: when the mean loss of these runs, with drawn noise, is at the target. */
export function simulatedSteps(
  { batchSize, rate, steps }: Tuned,
  runs: number,
  seed: number,
): number {
  const rng = createRng(seed, "critical batch", batchSize);
  const weights = Array.from({ length: runs }, () => eigenvalues.map(() => 1));
  for (let step = 1; step <= 4 * steps; step++) {
    let loss = 0;
    for (const w of weights) {
      const square = w.reduce((sum, x, i) => sum + eigenvalues[i] * x * x, 0);
      const noise = Math.sqrt((2 * (square + 1)) / batchSize);
      eigenvalues.forEach((value, i) => {
        w[i] -= rate * (value * w[i] + noise * Math.sqrt(value) * rng.normal());
        loss += (value * w[i] * w[i]) / (2 * runs);
      });
    }
    if (loss <= target) return step;
  }
  return NaN;
}

/** Where examples cost as many as steps save: S/S_min − 1 and E/E_min − 1 multiply to 1. */
async function run(): Promise<Evidence> {
  const tuned = expected.map(([batchSize]) => bestSteps(batchSize));
  const fit = fitTradeOff(tuned);
  const seeds = [0, 1, 2, 3, 4];
  const simulated = tuned.map((one) => seeds.map((seed) => simulatedSteps(one, 200, seed)));
  const gaps = expected.map(([, steps], i) => Math.abs(tuned[i].steps / steps - 1));
  const drift = simulated.map((counts, i) => Math.abs(mean(counts) / tuned[i].steps - 1));
  const law = (batchSize: number): number => stepsToTarget(fit, batchSize);
  const rows = tuned.map(({ batchSize, steps, rate }, i) => [
    String(batchSize),
    String(steps),
    String(expected[i][1]),
    spread(simulated[i], 1),
    law(batchSize).toFixed(1),
    String(batchSize * steps),
    rate.toFixed(3),
  ]);
  const fitGap = fit.criticalBatch / expectedCriticalBatch - 1;
  return {
    title: "steps and examples to a target trade off by S = S_min(1 + B_c/B)",
    gives:
      "how many steps a larger batch saves, up to which size it saves any, and how well the law that " +
      "says so holds on a problem whose answer is known.",
    tables: [
      {
        title: "SGD on a quadratic of 20 dimensions, to 5 % of the loss",
        rows: [
          ["batch", "steps", "expected", "simulated", "law", "examples", "best rate"],
          ...rows,
        ],
      },
    ],
    bars: [
      {
        what: "steps within 5 % of those expected at every batch size",
        found: `at most ${(100 * Math.max(...gaps)).toFixed(1)} % off`,
        met: Math.max(...gaps) <= tolerance,
      },
      {
        what: `the fitted critical batch within 5 % of ${expectedCriticalBatch}`,
        found: `S_min ${fit.minSteps.toFixed(2)}, B_c ${fit.criticalBatch.toFixed(1)}`,
        met: Math.abs(fitGap) <= tolerance,
      },
      {
        what: "simulated runs agree with the exact mean within 5 % or one step",
        found: `at most ${(100 * Math.max(...drift)).toFixed(1)} % off`,
        met: drift.every((gap, i) => gap <= tolerance || gap * tuned[i].steps <= 1),
      },
    ],
    notes: [
      "Steps are exact for the mean loss; simulated is their mean over 200 runs, ± the standard " +
        "deviation of 5 seeds.",
      "Assumed: Gaussian noise of covariance 2H(wᵀHw + 1)/B and one constant learning rate per batch.",
    ],
    picture: {
      title: "Steps to the target by batch size",
      columns: 1,
      width: 420,
      height: 260,
      legend: true,
      panels: [
        {
          title: "steps to 5 % of the loss, by batch size",
          x: { low: 1, high: 1024, log: true },
          y: { low: 4, high: 1000, log: true },
          levels: [fit.minSteps],
          series: [
            { name: "measured", dots: true, points: tuned.map((t) => [t.batchSize, t.steps]) },
            { name: "S_min(1 + B_c/B)", points: tuned.map((t) => [t.batchSize, law(t.batchSize)]) },
          ],
        },
      ],
    },
    data: { tuned, simulated, fit },
  };
}

export const criticalBatch: EvidenceStudy = { name: "critical-batch", run };
