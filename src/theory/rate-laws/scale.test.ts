import test from "ava";
import { createRng, type Rng } from "../../numerics/rng.ts";
import { bestRates, type RateTrial } from "./best-rates.ts";
import { budgetOf } from "./budget.ts";
import { recommendRateFrom } from "./known-rate.ts";
import { rateAt, type RateLaw } from "./rate-law.ts";
import { recommendRate } from "./scale.ts";
import { close } from "../testing/close.ts";

/** A loss curve as real ones are: a parabola near its optimum, steeper above it, flat below. */
function loss(x: number, optimum: number, batchSize: number): number {
  const z = x - optimum;
  const curve = z < 0 ? (0.05 * z * z) / (1 + 0.1 * z * z) : 0.05 * z * z * (1 + 0.3 * z);
  return 2.5 + 0.02 * Math.log(batchSize) + curve;
}

const grid = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low * Math.exp((i / (count - 1)) * Math.log(high / low)));

function sweep(
  law: RateLaw,
  batches: readonly number[],
  rates: readonly number[],
  noise: number,
  rng: Rng,
): RateTrial[] {
  return batches.flatMap((batchSize) => {
    // A batch size's own deviation from the law, as real sweeps have.
    const optimum = Math.log(rateAt(law, batchSize)) + 0.1 * rng.normal();
    return rates.map((learningRate) => ({
      batchSize,
      learningRate,
      samples: 1e9,
      value: loss(Math.log(learningRate), optimum, batchSize) + noise * rng.normal(),
    }));
  });
}

const laws: readonly RateLaw[] = [
  { kind: "power", scale: 2e-4, exponent: 0.5 },
  { kind: "saturating", maxRate: 4e-3, noiseScale: 200 },
  { kind: "rootSaturating", maxRate: 4e-3, noiseScale: 400 },
  { kind: "surge", maxRate: 3e-3, noiseScale: 200 },
];

/** Share of sweeps whose interval holds the law's rate at `toBatch`, and the median width. */
function coverage(
  batches: readonly number[],
  toBatch: number,
  make?: (t: RateTrial[], r: Rng) => RateTrial[],
) {
  const widths: number[] = [];
  let hits = 0;
  laws.forEach((law, k) => {
    for (let seed = 0; seed < 8; seed++) {
      const rng = createRng(seed, k);
      const all = sweep(law, batches, grid(1e-4, 0.03, 10), 0.004, rng);
      const trials = make ? make(all, rng) : all;
      const { interval } = recommendRate(trials, { toBatch, family: "adam" });
      const truth = rateAt(law, toBatch);
      if (interval[0] <= truth && truth <= interval[1]) hits++;
      widths.push(interval[1] / interval[0]);
    }
  });
  widths.sort((a, b) => a - b);
  return { share: hits / widths.length, width: widths[widths.length >> 1] };
}

test("between the batch sizes tried, ≥ 85 % of 90 % intervals hold the truth, at a width ≤ ×4", (t) => {
  const { share, width } = coverage([16, 64, 256, 1024, 4096], 128);
  t.log(`coverage ${share.toFixed(2)}, median width ×${width.toFixed(2)}`);
  t.true(share >= 0.85 && width <= 4);
});

test("a factor 4 beyond them, too", (t) => {
  const { share, width } = coverage([16, 32, 64, 128, 256], 1024);
  t.log(`coverage ${share.toFixed(2)}, median width ×${width.toFixed(2)}`);
  t.true(share >= 0.8 && width <= 8);
});

test("and from 20 trials scattered over the sweep", (t) => {
  const pick = (all: RateTrial[], rng: Rng) =>
    rng
      .permutation(all.length)
      .slice(0, 20)
      .map((i) => all[i]);
  const { share, width } = coverage([16, 64, 256, 1024], 128, pick);
  t.log(`coverage ${share.toFixed(2)}, median width ×${width.toFixed(2)}`);
  t.true(share >= 0.85 && width <= 8);
});

test("each best learning rate is found to a factor 1.3 despite noise and an outlier", (t) => {
  for (let seed = 0; seed < 10; seed++) {
    const rng = createRng(seed);
    const law = laws[0];
    const trials = [16, 128, 1024].flatMap((batchSize) =>
      grid(1e-4, 0.03, 12).map((learningRate) => ({
        batchSize,
        learningRate,
        value:
          loss(Math.log(learningRate), Math.log(rateAt(law, batchSize)), batchSize) +
          0.002 * rng.normal(),
      })),
    );
    trials[5] = { ...trials[5], value: trials[5].value + 3 };
    for (const rate of bestRates(trials, 0.5)) {
      const error = Math.abs(Math.log(rate.learningRate / rateAt(law, rate.batchSize)));
      t.true(error < Math.log(1.3), `seed ${seed}, batch ${rate.batchSize}: ${error}`);
    }
  }
});

test("the laws' rivals, the linear and square-root rules, stand beside the answer", (t) => {
  const trials = sweep(laws[1], [16, 64, 256, 1024], grid(1e-4, 0.03, 10), 0, createRng(3));
  const result = recommendRate(trials, { toBatch: 2048, family: "sgd" });
  const nearest = result.rates[3].learningRate;
  close(t, result.linear, 2 * nearest);
  close(t, result.squareRoot, Math.SQRT2 * nearest);
  close(t, result.constant, nearest);
  t.is(result.budget, "fixedSamples");
  t.is(result.laws.length, 4);
  t.true(result.learningRate < result.linear);
});

test("one batch size: the prior exponent, and the result says so", (t) => {
  const trials = sweep(laws[0], [64], grid(1e-4, 0.03, 10), 0, createRng(1));
  const result = recommendRate(trials, { toBatch: 256, family: "adam", budget: "fixedSamples" });
  t.deepEqual(result.law, { kind: "priorExponent", exponent: 0.5 });
  t.regex(result.reason, /One batch size.*0.50 ± 0.25/);
  close(t, result.learningRate, 2 * result.rates[0].learningRate, 1e-3);
  t.true(result.interval[1] / result.interval[0] > 2);
});

test("two batch sizes: between their slope and the prior exponent, and the result says so", (t) => {
  const steep: RateLaw = { kind: "power", scale: 1e-4, exponent: 1 };
  const trials = sweep(steep, [16, 64], grid(1e-4, 0.03, 10), 0, createRng(1));
  const result = recommendRate(trials, { toBatch: 256, family: "adam", budget: "fixedSamples" });
  t.is(result.law.kind, "power");
  t.regex(result.reason, /^Two batch sizes/);
  const exponent = result.law.kind === "power" ? result.law.exponent : NaN;
  t.true(exponent > 0.5 && exponent < 1, `${exponent}`);
});

test("a single trial gives an answer with a wide interval", (t) => {
  const trial = { learningRate: 1e-3, batchSize: 64, value: 1 };
  const result = recommendRate([trial], { toBatch: 64 });
  close(t, result.learningRate, 1e-3, 1e-6);
  t.true(result.interval[1] / result.interval[0] > 3);
  t.true(result.notes.some((note) => note.includes("taken as tuned")));
});

test("published best rates, one per batch size, are fitted as they stand", (t) => {
  const trials = [64, 256, 1024, 4096].map((batchSize) => ({
    batchSize,
    value: 3,
    learningRate: 1e-4 * Math.sqrt(batchSize / 64),
  }));
  const result = recommendRate(trials, { toBatch: 512 });
  close(t, result.learningRate, 1e-4 * Math.sqrt(8), 0.15);
});

test("the answer does not depend on the unit of the value, nor on the trials' order", (t) => {
  const trials = sweep(laws[2], [16, 64, 256], grid(1e-4, 0.03, 9), 0.003, createRng(9));
  const base = recommendRate(trials, { toBatch: 512 });
  const scaled = trials.map((trial) => ({ ...trial, value: 1000 * trial.value - 7 })).reverse();
  const other = recommendRate(scaled, { toBatch: 512 });
  close(t, other.learningRate, base.learningRate, 1e-3);
  close(t, other.interval[1], base.interval[1], 5e-3);
});

test("the answer moves with the unit of the learning rate", (t) => {
  const trials = sweep(laws[0], [16, 64, 256], grid(1e-4, 0.03, 9), 0.003, createRng(9));
  const base = recommendRate(trials, { toBatch: 512 });
  const scaled = trials.map((trial) => ({ ...trial, learningRate: 100 * trial.learningRate }));
  close(t, recommendRate(scaled, { toBatch: 512 }).learningRate, 100 * base.learningRate, 1e-3);
});

test("diverged trials, edges and far targets are noted", (t) => {
  const trials = sweep(laws[0], [16, 64, 256], grid(1e-4, 5e-4, 5), 0, createRng(2));
  const diverged = { learningRate: 1, batchSize: 64, value: NaN };
  const { notes } = recommendRate([...trials, diverged], { toBatch: 8192 });
  t.true(notes.some((note) => note.includes("1 diverged trial.")));
  t.true(notes.some((note) => note.includes("at an end of those tried")));
  t.true(notes.some((note) => note.includes("more than a factor 4 outside")));
});

test("a best rate far from all that were tried is noted, with what was", (t) => {
  const values = [24.8, 25.2, 13.7, 4.6, 24.3, 21.1, 0.0002, 0, 0, 0];
  const rates = [1.97e-4, 8.7e-5, 0.014, 0.04, 3.58e-4, 0.00428, 0.578, 0.273, 0.313, 0.536];
  const sizes = [429, 29, 57, 198, 16, 123, 140, 82, 512, 16];
  const trials = values.map((value, i) => ({
    value,
    learningRate: rates[i],
    batchSize: sizes[i],
  }));
  const { notes } = recommendRate(trials, { toBatch: 64 });
  t.regex(notes.join("\n"), /best learning rate lies beyond those tried, 0\.000087 to 0\.578: try/);
});

test("the budget is read off steps or samples", (t) => {
  const base = { learningRate: 1, value: 1 };
  const runs = (of: (b: number) => object) =>
    [8, 64].map((b) => ({ ...base, batchSize: b, ...of(b) }));
  t.is(budgetOf(runs(() => ({ steps: 100 }))), "fixedSteps");
  t.is(budgetOf(runs((b) => ({ samples: 100 * b }))), "fixedSteps");
  t.is(budgetOf(runs((b) => ({ samples: 1000 + b }))), "fixedSamples");
  t.is(budgetOf(runs((b) => ({ samples: b === 8 ? 1000 : 1101 }))), "mixed");
  t.is(budgetOf(runs((b) => ({ steps: 6400 / b }))), "fixedSamples");
  t.is(budgetOf(runs((b) => ({ samples: b === 8 ? 1e4 : 2e4 }))), "mixed");
  t.is(budgetOf(runs(() => ({}))), "unknown");
});

test("without trials: the noise scale's ratio for SGD and Adam, else the prior exponent", (t) => {
  const known = { learningRate: 0.1, fromBatch: 64, toBatch: 256 };
  const sgd = recommendRateFrom({ ...known, family: "sgd", noiseScale: 64 });
  close(t, sgd.learningRate, 0.1 * (2 / 1.25));
  const adam = recommendRateFrom({ ...known, family: "adam", noiseScale: 64 });
  close(t, adam.learningRate, 0.1 * Math.sqrt(2 / 1.25));
  const plain = recommendRateFrom({ ...known, family: "sgd", budget: "fixedSamples" });
  close(t, plain.learningRate, 0.4);
  t.is(plain.law.kind, "priorExponent");
  for (const { interval, learningRate } of [sgd, adam, plain]) {
    t.true(interval[0] < learningRate && learningRate < interval[1]);
  }
});

test("no finite trial and bad numbers are refused by name", (t) => {
  const trial = { learningRate: 1e-3, batchSize: 64, value: NaN };
  t.throws(() => recommendRate([trial], { toBatch: 8 }), {
    message: /0 trials with a finite value are too few/,
  });
  t.throws(() => recommendRate([{ ...trial, learningRate: 0 }], { toBatch: 8 }), {
    message: /learningRate=0 must be a finite number > 0/,
  });
  t.throws(() => recommendRate([trial], { toBatch: -1 }), {
    message: /toBatch=-1 must be a finite number > 0/,
  });
});

test("the answer leans towards its neighbours where they lie off every smooth law", (t) => {
  const sweepWith = (factor: number): RateTrial[] =>
    [16, 64, 256, 1024, 4096].flatMap((batchSize) => {
      const best = rateAt(laws[0], batchSize) * (batchSize === 256 ? factor : 1);
      return grid(1e-4, 0.05, 16).map((learningRate) => ({
        batchSize,
        learningRate,
        value: loss(Math.log(learningRate), Math.log(best), batchSize),
      }));
    });
  const move = (toBatch: number): number =>
    recommendRate(sweepWith(1.5), { toBatch }).learningRate /
    recommendRate(sweepWith(1), { toBatch }).learningRate;
  const [near, far] = [move(300), move(16)];
  // A smooth law alone moves by about 1.15 at both.
  t.true(near > 1.18 && near < 1.5, `${near}`);
  t.true(Math.log(far) < Math.log(near) / 2, `${far}`);
});
