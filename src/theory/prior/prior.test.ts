import test from "ava";
import {
  categorical,
  decode,
  encode,
  float,
  int,
  logNormal,
  searchSpace,
} from "../../space/index.ts";
import { createRng } from "../../numerics/rng.ts";
import type { RateTrial } from "../rate-laws/best-rates.ts";
import { decouple, decayStepsPrior, recouple } from "./coordinates.ts";
import { checkPriorAgainst } from "./prior-check.ts";
import { initialStrength, priorFactor, pseudoWeight, wrongPriorBound } from "./prior-decay.ts";
import { batchExponent, jointCorrelation, priorWidth } from "./prior-knowledge.ts";
import { theoryPrior } from "./prior.ts";
import { beliefAt, rateBelief, searchRange } from "./rate-belief.ts";
import { rescaleBeta, rescaleSetting, squareRootRule } from "../rate-laws/rescale.ts";
import { close } from "../testing/close.ts";

test("test value 31: the correlation of ln η and ln B", (t) => {
  close(t, jointCorrelation(0.5, 1.2, 1.2), 0.447214, 2e-6);
  close(t, jointCorrelation(1, 1.2, 1.2), 0.707107);
});

test("test value 32: how the prior fades, and what a wrong one can cost", (t) => {
  const strength = initialStrength(100);
  t.is(strength, 10);
  const twoSigma = -(2 * 2) / 2;
  close(t, priorFactor(twoSigma, strength, 10), 0.135335, 3e-6);
  close(t, priorFactor(twoSigma, strength, 100), 0.818731);
  close(t, wrongPriorBound(1e4, strength, 100), 2.511886);
  close(t, pseudoWeight(10, 30), 0.25);
});

test("test value 33: the SDE rule by κ = 4, and β2 in samples", (t) => {
  const setting = { learningRate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-8, batchSize: 64 };
  const scaled = rescaleSetting(setting, 256);
  close(t, scaled.learningRate, 0.002);
  close(t, scaled.betas[0], 0.6);
  close(t, scaled.betas[1], 0.996);
  close(t, scaled.epsilon, 5e-9);
  t.true(scaled.valid);
  close(t, rescaleBeta(0.95, 512, 64), 0.993609);
  close(t, squareRootRule(1e-3, 64, 256), 0.002);
});

test("beyond κ(1 − β) = 1 the SDE rule says that it has failed", (t) => {
  const scaled = rescaleSetting({ learningRate: 1e-3, betas: [0.9], batchSize: 8 }, 128);
  t.false(scaled.valid);
  t.deepEqual(scaled.betas, [0]);
});

const options = { family: "adam", referenceBatch: 64, budget: "fixedSamples" } as const;

test("the centre is half-shrunk: four times the edge, twice the rate", (t) => {
  const at = (edge: number) => rateBelief({ ...options, edge }).center;
  close(t, Math.exp(at(4) - at(1)), 2);
  close(t, Math.exp(at(1)), Math.sqrt(1e-3));
  const small = rateBelief({ ...options, edge: 4, smallNet: true, schedule: "warmupCosine" });
  close(t, Math.exp(small.center), 0.35 * 2);
  t.is(small.source, "edgeAndMeasuredScale");
});

test("without a usable edge theory adds nothing to the default, and says so", (t) => {
  const belief = rateBelief({ ...options, defaultRate: 0.02 });
  t.is(belief.source, "defaultOnly");
  close(t, Math.exp(belief.center), 0.02);
  t.throws(() => rateBelief({ ...options, family: "other" }), { message: /Give defaultRate/ });
});

test("widths and exponents by optimizer and budget", (t) => {
  t.is(priorWidth("sgd"), 1.2);
  close(t, priorWidth("adam", { validation: true, noiseAtInitOnly: true }), 2.5);
  t.deepEqual(batchExponent("sgd", "fixedSamples"), { mean: 1, sd: 0.3 });
  t.deepEqual(batchExponent("heavyBall", "fixedSteps"), { mean: 0.6, sd: 0.3 });
  t.deepEqual(batchExponent("lion", "fixedSteps"), { mean: 0.3, sd: 0.4 });
});

test("away from the reference batch the belief moves with α and widens with α's uncertainty", (t) => {
  const belief = rateBelief({ ...options, edge: 1 });
  const far = beliefAt(belief, 64 * Math.exp(2));
  close(t, far.mean - belief.center, 1);
  close(t, far.sd, Math.hypot(1.7, 0.5));
});

test("the box reaches from 1e-4 to 30 edges and keeps the user's range", (t) => {
  t.deepEqual(searchRange(1, { low: 1e-6, high: 1 }), { low: 1e-6, high: 30 });
  t.deepEqual(searchRange(1), { low: 1e-4, high: 30 });
});

const space = searchSpace({
  batch: int(16, 1024, { log: true }),
  lr: float(1e-5, 1, { log: true }),
  dropout: float(0, 0.5),
});
const roles = { learningRate: "lr", batchSize: "batch" };
const belief = rateBelief({ ...options, edge: 1e-2 });

test("the prior's conditional densities integrate to one, and keep 20 % uniform", (t) => {
  const prior = theoryPrior(space, roles, belief);
  for (const batch of [16, 100, 1024]) {
    const unit = encode(space, { batch, lr: 1e-3, dropout: 0.1 });
    let total = 0;
    for (let i = 0; i < 2000; i++) {
      unit[1] = (i + 0.5) / 2000;
      const density = Math.exp(prior.logDensity(unit));
      t.true(density >= 0.2 - 1e-9);
      total += density / 2000;
    }
    close(t, total, 1, 1e-4);
  }
});

test("the prior's mode follows the batch size", (t) => {
  const prior = theoryPrior(space, roles, belief);
  for (const batch of [16, 1024]) {
    const best = beliefAt(belief, batch).mean;
    const at = (offset: number) =>
      prior.logDensity(encode(space, { batch, lr: Math.exp(best + offset), dropout: 0.2 }));
    t.true(at(0) > at(0.4) && at(0) > at(-0.4));
    const s = beliefAt(belief, batch).sd;
    t.true(Math.abs(at(0) - at(s)) < 0.5 && Math.abs(at(s) - at(-s)) < 0.02);
  }
});

test("warped uniforms have the prior's distribution, jointly with the batch size", (t) => {
  const prior = theoryPrior(space, roles, belief, { widen: 0.3 });
  const rng = createRng(7);
  let inside = 0;
  let weighted = 0;
  const draws = 20000;
  for (let i = 0; i < draws; i++) {
    const unit = prior.warp(Float64Array.from({ length: 3 }, () => rng.uniform()));
    const params = decode(space, unit);
    const { mean, sd } = beliefAt(belief, params.batch as number);
    if (Math.abs(Math.log(params.lr as number) - mean) < 0.3 * sd) inside++;
    // E_π[U/π] = 1 for the right density.
    weighted += Math.exp(-prior.logDensity(unit)) / draws;
  }
  close(t, weighted, 1, 0.03);
  const width = Math.log(1e5);
  const expected = 0.8 * 0.6827 + (0.2 * 2 * 0.3 * 1.75) / width;
  close(t, inside / draws, expected, 0.03);
});

test("other parameters keep their priors, and are otherwise left alone", (t) => {
  const priored = searchSpace({
    lr: float(1e-5, 1, { log: true }),
    wd: float(1e-6, 1, { log: true, prior: logNormal(1e-4, 3) }),
    free: float(0, 1),
  });
  const prior = theoryPrior(priored, { learningRate: "lr" }, belief);
  const at = (wd: number) => prior.logDensity(encode(priored, { lr: 1e-3, wd, free: 0.5 }));
  t.true(at(1e-4) > at(1e-1) + 1);
  t.is(prior.warp(Float64Array.of(0.5, 0.5, 0.123))[2], 0.123);
});

test("what cannot be a prior is refused by name", (t) => {
  const bad = (declared: Parameters<typeof searchSpace>[0], role = { learningRate: "lr" }) =>
    t.throws(() => theoryPrior(searchSpace(declared), role, belief));
  t.regex(bad({ x: float(0, 1) })?.message ?? "", /role learningRate.*"lr".*only x/);
  t.regex(bad({ lr: categorical([0.1, 0.2]) })?.message ?? "", /"lr" is categorical/);
  const own = { lr: float(1e-5, 1, { log: true, prior: logNormal(1e-3, 3) }) };
  t.regex(bad(own)?.message ?? "", /prior of its own/);
});

/** Trials whose best ln η lies `shift` prior sds from the centre. */
function trialsAround(shift: number, count: number, seed: number): RateTrial[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => {
    const batchSize = 16 * Math.pow(2, rng.integer(0, 5));
    const { mean, sd } = beliefAt(belief, batchSize);
    const z = -4 + 8 * rng.uniform();
    const gap = z - shift;
    const value = gap * gap + 0.3 * rng.normal();
    return { batchSize, learningRate: Math.exp(mean + z * sd), value };
  });
}
const range = { low: 1e-7, high: 100 };

test("a right prior is kept, one that is 3.5 sd wrong is dropped, at 20 trials", (t) => {
  let kept = 0;
  let dropped = 0;
  for (let seed = 0; seed < 20; seed++) {
    const check = (shift: number) =>
      checkPriorAgainst(trialsAround(shift, 20, seed), { belief, range, strength: 4 }).verdict;
    if (check(0).kind === "keep") kept++;
    if (check(3.5).kind === "drop") dropped++;
  }
  t.true(kept >= 19, `kept ${kept} of 20`);
  t.true(dropped >= 17, `dropped ${dropped} of 20`);
});

test("fewer than 6 trials decide nothing", (t) => {
  const { verdict } = checkPriorAgainst(trialsAround(4, 5, 1), { belief, range, strength: 4 });
  t.is(verdict.kind, "tooEarly");
});

test("divergence far below the edge is evidence against the prior", (t) => {
  const trials = trialsAround(0, 20, 3).map((trial, i) => ({
    ...trial,
    value: i % 2 ? NaN : trial.value,
  }));
  const check = checkPriorAgainst(trials, { belief, range, strength: 4, stabilityEdge: 1e4 });
  const found = check.tests.find((each) => each.name === "divergence");
  t.true(found?.failed);
  t.deepEqual(check.verdict, { kind: "weaken", strength: 1, widen: 2 });
});

test("decoupled coordinates go there and back, and a setting at the centre has offset 0", (t) => {
  const setting = { learningRate: 3e-3, batchSize: 256, beta: 0.95, weightDecay: 0.1 };
  const back = recouple(decouple(setting, belief), belief);
  for (const key of ["learningRate", "batchSize", "beta", "weightDecay"] as const) {
    close(t, back[key], setting[key], 1e-12);
  }
  const centre = Math.exp(beliefAt(belief, 256).mean);
  t.true(Math.abs(decouple({ learningRate: centre, batchSize: 256 }, belief).rateOffset) < 1e-12);
  close(t, Math.exp(decayStepsPrior(1000).mean), 200);
});

test("divergence below a quarter of the edge counts from three trials on, above 30 % of them", (t) => {
  const tested = (rates: readonly number[], diverged: number) => {
    const low = rates.map((learningRate, i) => ({
      ...{ learningRate, batchSize: 32 },
      value: i < diverged ? NaN : 1,
    }));
    // Beside these, far above, as many as it takes to be judged.
    const above = Array.from({ length: 6 }, () => ({ learningRate: 5, batchSize: 32, value: 1 }));
    const options = { belief, range, strength: 4, stabilityEdge: 0.4 };
    const { tests } = checkPriorAgainst([...low, ...above], options);
    const found = tests.find(({ name }) => name === "divergence");
    return found && [found.value, found.failed];
  };
  t.is(tested([0.01, 0.01], 2), undefined);
  t.is(tested([0.01, 0.01, 0.1], 2), undefined, "0.1 is a quarter of the edge, not below it");
  t.deepEqual(tested([0.01, 0.01, 0.09], 3), [1, true]);
  t.deepEqual(tested([0.01, 0.01, 0.09], 0), [0, false]);
  t.deepEqual(tested(Array.from({ length: 10 }, () => 0.01), 3), [0.3, false]); // prettier-ignore
  t.deepEqual(tested(Array.from({ length: 10 }, () => 0.01), 4), [0.4, true]); // prettier-ignore
});

test("the best rate counts as far off from two and a half standard deviations on", (t) => {
  const belief = rateBelief({ ...options, referenceBatch: 64, edge: 1e-3 });
  const range = { low: 1e-9, high: 1e3 };
  const distance = (deviations: number) => {
    const best = belief.center + deviations * belief.sd;
    const trials = Array.from({ length: 15 }, (_, i) => {
      const off = 0.1 * (i - 7);
      return { learningRate: Math.exp(best + off), batchSize: 64, value: off * off };
    });
    const check = checkPriorAgainst(trials, { belief, range, strength: 1 });
    return check.tests.find(({ name }) => name === "distance")!;
  };
  for (const [deviations, failed] of [
    [-2.2, false],
    [2.2, false],
    [3, true],
    [-3, true],
  ] as const) {
    const test = distance(deviations);
    t.is(test.failed, failed, `${deviations}: ${test.value}`);
    t.is(test.threshold, 2.5);
    t.true(Math.abs(test.value - Math.abs(deviations)) < 0.25);
  }
});
