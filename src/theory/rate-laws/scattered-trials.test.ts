import test from "ava";
import { medianOf } from "../../numerics/quantile.ts";
import { createRng } from "../../numerics/rng.ts";
import type { RateTrial } from "./best-rates.ts";
import { recommendRate } from "./scale.ts";

const TARGET = 192;
const EXPONENT = 0.5;
/** The best η/(1 − β) at batch size 32. */
const EFFECTIVE = 0.1;

/** ln of the best learning rate. */
const truth = (batchSize: number, momentum: number): number =>
  Math.log(EFFECTIVE * (1 - momentum)) + EXPONENT * Math.log(batchSize / 32);

/**
 * Random settings of one heavy ball: learning rates over six decades, batch sizes up to 80, momentum
 * to .99; far too high rates diverge, and noise grows with the loss, as it does.
 */
function scattered(count: number, seed: number): RateTrial[] {
  const rng = createRng(seed, "scattered");
  return Array.from({ length: count }, () => {
    const learningRate = Math.exp(Math.log(1e-5) + rng.uniform() * Math.log(1e6));
    const batchSize = Math.max(1, Math.round(Math.exp(rng.uniform() * Math.log(80))));
    const momentum = 1 - Math.exp(rng.uniform() * Math.log(0.01));
    const t = Math.log(learningRate) - truth(batchSize, momentum);
    const curve = t < 0 ? (0.05 * t * t) / (1 + 0.1 * t * t) : 0.05 * t * t * (1 + 0.3 * t);
    const noise = 0.02 * rng.normal() * (1 + curve);
    const value = t > 3 ? NaN : 0.5 + curve + 0.01 * Math.log(batchSize) + noise;
    return { learningRate, batchSize, value, beside: { momentum } };
  });
}

function errorsAndHits(count: number, momentumKnown: boolean) {
  const answers = Array.from({ length: 12 }, (_, seed) => {
    const trials = scattered(count, seed).map(({ beside, ...rest }) =>
      momentumKnown ? { ...rest, beside } : rest,
    );
    const answer = recommendRate(trials, {
      toBatch: TARGET,
      family: "heavyBall",
      budget: "fixedSamples",
    });
    const best = truth(TARGET, answer.beside?.momentum ?? 0.9);
    return {
      error: Math.abs(Math.log(answer.learningRate) - best),
      held: Math.log(answer.interval[0]) <= best && best <= Math.log(answer.interval[1]),
    };
  });
  return {
    error: medianOf(answers.map(({ error }) => error)),
    held: answers.filter(({ held }) => held).length / answers.length,
  };
}

test("160 settings scattered over six decades find the best rate to a factor 1.25", (t) => {
  const { error, held } = errorsAndHits(160, true);
  t.log(`median |ln error| ${error.toFixed(2)}, interval holds ${held}`);
  t.true(error < Math.log(1.25));
  t.true(held >= 0.85);
});

test("the momentum that was searched beside is worth knowing", (t) => {
  const known = errorsAndHits(80, true);
  const unknown = errorsAndHits(80, false);
  t.log(`median |ln error| ${known.error.toFixed(2)} with it, ${unknown.error.toFixed(2)} without`);
  t.true(known.error < unknown.error / 1.5);
});

test("40 settings on a gentle slope above the best rate, steep below it, are not led off by it", (t) => {
  const curve = (off: number): number => (off < 0 ? 0.3 : 0.02) * off * off;
  const errors = Array.from({ length: 12 }, (_, seed) => {
    const rng = createRng(seed, "slope");
    const trials = Array.from({ length: 40 }, () => {
      const learningRate = Math.exp(Math.log(1e-5) + rng.uniform() * Math.log(1e6));
      const batchSize = Math.round(8 * Math.exp(rng.uniform() * Math.log(5)));
      const off = Math.log(learningRate) - truth(batchSize, 0);
      return { learningRate, batchSize, value: curve(off) * (1 + 0.05 * rng.normal()) };
    });
    const { learningRate } = recommendRate(trials, { toBatch: 32, family: "adam" });
    return Math.abs(Math.log(learningRate) - truth(32, 0));
  });
  t.log(`median |ln error| ${medianOf(errors).toFixed(2)}, most ${Math.max(...errors).toFixed(2)}`);
  t.true(medianOf(errors) < 0.5);
  t.true(Math.max(...errors) < 1.5);
});

/** Answers for SGD at three times the largest batch size tried, by where the best ln η is. */
function answersBeyond(count: number, best: (batchSize: number) => number) {
  return Array.from({ length: 12 }, (_, seed) => {
    const rng = createRng(seed, "few");
    const trials = Array.from({ length: count }, () => {
      const learningRate = Math.exp(Math.log(1e-4) + rng.uniform() * Math.log(1e5));
      const batchSize = Math.round(8 * Math.exp(rng.uniform() * Math.log(6)));
      const off = Math.log(learningRate) - best(batchSize);
      const value = 0.5 + 0.05 * off * off * (1 + 0.1 * rng.normal()) + 0.02 * rng.normal();
      return { learningRate, batchSize, value };
    });
    const options = { toBatch: 144, family: "sgd", budget: "fixedSamples" } as const;
    const { learningRate, law } = recommendRate(trials, options);
    return { kind: law.kind, error: Math.abs(Math.log(learningRate) - best(144)) };
  });
}

/** The median |ln error| where η* ∝ B^exponent. */
const errorBeyond = (count: number, exponent: number): number =>
  medianOf(
    answersBeyond(count, (batchSize) => Math.log(0.1) + exponent * Math.log(batchSize / 32)).map(
      ({ error }) => error,
    ),
  );

test("a law that saturates answers once the trials tell it clearly, not by a BIC that is a little less", (t) => {
  const saturates = (count: number, best: (batchSize: number) => number): number =>
    answersBeyond(count, best).filter(({ kind }) => kind !== "power").length;
  t.is(
    saturates(40, (batchSize) => Math.log(0.1) + 0.7 * Math.log(batchSize / 32)),
    0,
  );
  const bent = (batchSize: number): number => Math.log(batchSize / (batchSize + 4));
  t.true(saturates(300, bent) >= 8);
});

test("beyond the batch sizes tried the answer leans to the square-root rule, and to the law of many trials", (t) => {
  const [few, many] = [errorBeyond(40, 0.5), errorBeyond(160, 1)];
  t.log(
    `median |ln error| ${few.toFixed(2)} of 40, ${many.toFixed(2)} of 160 where the rule is wrong`,
  );
  t.true(few < 0.23);
  t.true(many < 0.3);
});

test("the order of the trials and the unit of the values change nothing", (t) => {
  const trials = scattered(100, 3);
  const options = { toBatch: TARGET, family: "heavyBall" } as const;
  const { learningRate } = recommendRate(trials, options);
  const other = trials.toReversed().map((trial) => ({ ...trial, value: 1000 * trial.value - 5 }));
  t.true(Math.abs(recommendRate(other, options).learningRate / learningRate - 1) < 1e-6);
});

test("equal values, and a value that stands far below all others, still give a finite answer", (t) => {
  const trials = scattered(40, 1);
  for (const value of [1, (i: number) => (i === 0 ? -1e300 : 1)]) {
    const flat = trials.map((trial, i) => ({
      ...trial,
      value: typeof value === "number" ? value : value(i),
    }));
    const { learningRate, interval } = recommendRate(flat, { toBatch: TARGET });
    t.true([learningRate, ...interval].every((rate) => rate > 0 && rate < Infinity));
  }
});

test("random learning rates are read sweep by sweep where each of up to 12 batch sizes has three", (t) => {
  const reasonOf = (batchSizes: number, each: number) => {
    const rng = createRng(batchSizes, "sweeps");
    const trials = Array.from({ length: batchSizes * each }, (_, i) => {
      const batchSize = 8 + 4 * (i % batchSizes);
      const learningRate = Math.exp(Math.log(1e-4) + rng.uniform() * Math.log(1e4));
      const off = Math.log(learningRate) - truth(batchSize, 0);
      return { batchSize, learningRate, value: 1 + 0.05 * off * off };
    });
    return recommendRate(trials, { toBatch: 64 }).reason;
  };
  t.notRegex(reasonOf(4, 6), /scattered trials/);
  t.notRegex(reasonOf(12, 3), /scattered trials/);
  t.regex(reasonOf(13, 3), /39 scattered trials/);
  t.regex(reasonOf(12, 2), /24 scattered trials/);
});

test("one exploded value, as large as numbers get, moves the answer little", (t) => {
  const whole = scattered(40, 3);
  const rateOf = (trials: readonly RateTrial[]) =>
    recommendRate(trials, { toBatch: TARGET }).learningRate;
  const usual = rateOf(whole);
  for (const value of [1e12, 1e200, 1.79e308]) {
    const rate = rateOf(whole.map((trial, i) => (i === 7 ? { ...trial, value } : trial)));
    t.true(Math.abs(Math.log(rate / usual)) < Math.log(2), `${value}: ${rate}, not ${usual}`);
  }
});
