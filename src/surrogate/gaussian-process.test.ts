import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { CATEGORICAL, CONDITIONAL, CONTINUOUS, withMissing } from "./dimensions.ts";
import { negativeLogEvidence } from "./evidence.ts";
import { fitHyperparameters } from "./fit.ts";
import { extendFactor, factorize, withTargets } from "./gaussian-process.ts";
import { predict, slopePredictor } from "./predict.ts";
import { addNegativeLogPrior, hyperPrior, startOf } from "./hyperprior.ts";
import { thetaLayout, weightsOf, type Kernel } from "./kernel.ts";
import { pointCovariance } from "./point-covariance.ts";
import type { Smoothness } from "./stationary.ts";

const KINDS = Uint8Array.of(CONTINUOUS, CONDITIONAL, CATEGORICAL, CONTINUOUS);

/** Points with a category along axis 2, on which axis 1 hangs. */
const mixedPoints = (n: number, seed: number): Float64Array => {
  const rng = createRng(seed);
  const X = new Float64Array(n * 4);
  for (let p = 0; p < n; p++) {
    const category = rng.integer(0, 2);
    X.set(
      [rng.uniform(), category === 0 ? NaN : rng.uniform(), (category + 0.5) / 3, rng.uniform()],
      p * 4,
    );
  }
  return X;
};

const randomTheta = (kernel: Kernel, seed: number): Float64Array => {
  const rng = createRng(seed, "theta");
  const theta = new Float64Array(thetaLayout(kernel).length).map(() => rng.normal() * 0.4 - 0.5);
  theta[thetaLayout(kernel).noise] = Math.log(0.05);
  return theta;
};

const KERNELS: readonly Kernel[] = (["rbf", "matern52", "matern32"] as const).flatMap(
  (smoothness: Smoothness) =>
    [true, false].map((additive) => ({ kinds: KINDS, smoothness, additive })),
);
const nameOf = (kernel: Kernel): string =>
  `${kernel.smoothness}${kernel.additive ? " + additive" : ""}`;

for (const kernel of KERNELS) {
  test(`${nameOf(kernel)}: the evidence's gradient is its finite differences`, (t) => {
    const X = mixedPoints(14, 3);
    const rng = createRng(9);
    const y = Float64Array.from({ length: 14 }, () => rng.normal());
    const prior = hyperPrior(kernel);
    const evidence = negativeLogEvidence(kernel, X, y, "estimated");
    const value = (theta: Float64Array, gradient: Float64Array): number => {
      gradient.fill(0);
      return evidence(theta, gradient) + addNegativeLogPrior(prior, theta, gradient);
    };
    const theta = randomTheta(kernel, 4);
    const gradient = new Float64Array(theta.length);
    const unused = new Float64Array(theta.length);
    value(theta, gradient);
    for (let i = 0; i < theta.length; i++) {
      const step = 1e-5;
      const up = theta.slice();
      const down = theta.slice();
      up[i] += step;
      down[i] -= step;
      const difference = (value(up, unused) - value(down, unused)) / (2 * step);
      t.true(
        Math.abs(gradient[i] - difference) < 1e-5 * (1 + Math.abs(difference)),
        `θ${i}: ${gradient[i]}, ${difference}`,
      );
    }
  });

  test(`${nameOf(kernel)}: slopes of mean and variance are their finite differences`, (t) => {
    const X = mixedPoints(12, 5);
    const y = Float64Array.from({ length: 12 }, (_, i) => Math.log(i + 1));
    const gp = withTargets(factorize(kernel, randomTheta(kernel, 6), X), y, "estimated");
    const slopes = slopePredictor(gp);
    for (const x of [Float64Array.of(0.3, 0.6, 0.5, 0.9), Float64Array.of(0.7, NaN, 1 / 6, 0.2)]) {
      const at = slopes(x);
      const { mean, variance } = predict(gp, x);
      t.true(Math.abs(at.mean - mean[0]) < 1e-12 && Math.abs(at.variance - variance[0]) < 1e-12);
      for (const i of [0, 1, 3]) {
        if (Number.isNaN(x[i])) continue;
        const step = 1e-5;
        const both = Float64Array.of(...x, ...x);
        both[i] += step;
        both[4 + i] -= step;
        const moved = predict(gp, both);
        const byMean = (moved.mean[0] - moved.mean[1]) / (2 * step);
        const byVariance = (moved.variance[0] - moved.variance[1]) / (2 * step);
        t.true(Math.abs(at.meanSlope[i] - byMean) < 1e-6);
        t.true(Math.abs(at.varianceSlope[i] - byVariance) < 1e-6);
      }
      t.is(at.meanSlope[2], 0);
    }
  });
}

test("mixed and conditional points have a positive definite covariance", (t) => {
  for (const kernel of KERNELS) {
    const X = mixedPoints(40, 8);
    const theta = randomTheta(kernel, 2);
    theta[thetaLayout(kernel).noise] = Math.log(1e-9);
    t.is(factorize(kernel, theta, X).theta[thetaLayout(kernel).noise], Math.log(1e-9));
  }
});

test("two points that lack a coordinate are alike in it, whatever it was drawn as", (t) => {
  const kernel: Kernel = { kinds: KINDS, smoothness: "rbf", additive: true };
  const weights = weightsOf(kernel, randomTheta(kernel, 1));
  const out = new Float64Array(1);
  const between = (a: number[], b: number[]): number => {
    pointCovariance(kernel, weights, Float64Array.from(b), 1).covariancesInto(
      out,
      0,
      Float64Array.from(a),
      0,
      1,
    );
    return out[0];
  };
  const same = between([0.1, NaN, 0.5, 0.2], [0.1, NaN, 0.5, 0.2]);
  t.true(Math.abs(same - weights.variance) < 1e-12);
  t.true(between([0.1, 0.5, 0.5, 0.2], [0.1, NaN, 0.5, 0.2]) < same);
  t.is(
    between([0.1, 0.5, 0.5, 0.2], [0.1, NaN, 0.5, 0.2]),
    between([0.1, NaN, 0.5, 0.2], [0.1, 0.5, 0.5, 0.2]),
  );
});

test("extending a factor gives the bits of factorising everything", (t) => {
  const kernel: Kernel = { kinds: KINDS, smoothness: "matern52", additive: true };
  const theta = randomTheta(kernel, 7);
  const X = mixedPoints(60, 1);
  const whole = factorize(kernel, theta, X);
  let grown = factorize(kernel, theta, X.slice(0, 4 * 20));
  for (let n = 21; n <= 60; n++) grown = extendFactor(grown, X.slice(0, 4 * n))!;
  const length = (60 * 61) / 2;
  t.deepEqual(grown.L.slice(0, length), whole.L.slice(0, length));
});

test("repeated points without noise are still factorised, with the noise that it takes", (t) => {
  const kernel: Kernel = { kinds: new Uint8Array(1), smoothness: "rbf", additive: false };
  const theta = Float64Array.of(0, 0, -60);
  const factor = factorize(kernel, theta, new Float64Array(30).fill(0.5));
  t.true(factor.weights.noise > 0 && factor.weights.noise < 1e-6);
});

test("a fit learns which dimension matters", (t) => {
  const kernel: Kernel = { kinds: new Uint8Array(3), smoothness: "matern52", additive: false };
  const rng = createRng(2);
  const X = Float64Array.from({ length: 90 }, () => rng.uniform());
  const y = Float64Array.from(
    { length: 30 },
    (_, p) => 4 * (X[3 * p + 1] - 0.4) * (X[3 * p + 1] - 0.4) * 5 - 1,
  );
  const prior = hyperPrior(kernel);
  const start = startOf(kernel, prior, 0.1);
  const fit = fitHyperparameters({ kernel, prior, mean: "estimated", X, y }, [start], 50);
  t.true(fit.theta[0] > fit.theta[1] + 1 && fit.theta[2] > fit.theta[1] + 1, fit.theta.join(" "));
  t.true(fit.theta[thetaLayout(kernel).noise] < Math.log(1e-3));
});

test("a missing coordinate makes its dimension conditional", (t) => {
  t.deepEqual(
    withMissing(new Uint8Array(2), Float64Array.of(0, 1, NaN, 1), 2),
    Uint8Array.of(CONDITIONAL, CONTINUOUS),
  );
});
