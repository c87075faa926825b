import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { measure } from "./measure.ts";
import {
  parseMeasurement,
  type NoiseScaleMeasurement,
  type ProbeMeasurement,
} from "./measurement.ts";
import { quadratic, rule } from "./testing/quadratic.ts";

const near = (actual: number | undefined, expected: number, relative = 1e-9): boolean =>
  actual !== undefined && Math.abs(actual - expected) <= relative * Math.abs(expected);

test("on a quadratic without noise all numbers are those of the textbook", async (t) => {
  const problem = quadratic({ curvatures: [1, 10], weights: [1, 0.1] }); // g = (1, 1)
  const found = await measure(problem, { crossChecks: true, budget: 800 });
  const [sgd] = found.optimizers;
  t.true(near(sgd.directionalEdge?.value, 4 / 11)); // THEORY: H = diag(1, 10), g = (1, 1)
  t.true(near(sgd.edge, 0.2));
  t.true(near(found.sharpness?.value, 10));
  t.true(near(found.powerIteration?.value, 10, 0.01));
  t.true(near(found.trace?.value, 11));
  t.true(near(found.gradientNorm, Math.SQRT2));
  t.deepEqual(found.sign, { gradientSum: 2, curvature: 11 });
  t.is(found.simpleNoise, undefined);
  t.regex(found.warnings.join(), /One batch: nothing is known of noise/);
  t.deepEqual(parseMeasurement(JSON.stringify(found)), found);
});

const noisy = {
  curvatures: Array.from({ length: 40 }, (_, i) => 1 + i / 10),
  weights: Array.from({ length: 40 }, () => 0.1),
  noise: Array.from({ length: 40 }, (_, i) => 2 + (i % 3)),
  batchSize: 16,
};
const g = noisy.curvatures.map((h, i) => h * noisy.weights[i]);
const sum = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0);

const bend = sum(g.map((x, i) => noisy.curvatures[i] * x * x));
const traceHS = sum(noisy.noise.map((sd, i) => noisy.curvatures[i] * sd * sd));

/** ln(measured/truth) over 40 draws of the noise, with the standard deviations that were stated. */
async function errors(
  truth: number,
  pick: (found: ProbeMeasurement) => NoiseScaleMeasurement | undefined,
) {
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const found = await Promise.all(
    seeds.map((seed) => measure(quadratic({ ...noisy, batches: 1000, seed }))),
  );
  const off = found.map((one) => Math.log((pick(one)?.value ?? NaN) / truth));
  const stated = found.map((one) => pick(one)?.sdOfLog ?? NaN);
  const rms = (values: readonly number[]) => Math.sqrt(sum(values.map((x) => x * x)) / 40);
  return { bias: sum(off) / 40, sd: rms(off), stated: rms(stated) };
}

const simpleScale = sum(noisy.noise.map((sd) => sd * sd)) / sum(g.map((x) => x * x));
// |g|²/(gᵀHg + tr(HΣ)/B), the batch law at B = 16; not that of one batch against itself.
const noisyEdge = (2 * sum(g.map((x) => x * x))) / (bend + traceHS / 16);
const estimates = [
  ["B_simple = tr Σ/|g|²", simpleScale, (m: ProbeMeasurement) => m.simpleNoise],
  ["B_noise = tr(HΣ)/gᵀHg", traceHS / bend, (m: ProbeMeasurement) => m.weightedNoise],
  ["η_c at its batch size", noisyEdge, (m: ProbeMeasurement) => m.optimizers[0].directionalEdge],
] as const;
for (const [name, truth, pick] of estimates) {
  test(`${name} comes out unbiased, with the error that it states`, async (t) => {
    const { bias, sd, stated } = await errors(truth, pick);
    t.true(Math.abs(bias) < 0.1, `bias ${bias}`);
    t.true(sd < 0.35, `sd ${sd}`);
    t.true(stated > 0.6 * sd && stated < 1.7 * sd, `stated ${stated}, is ${sd}`);
  });
}

test("where the batches are all examples there are, their mean gradient is the gradient", async (t) => {
  const problem = quadratic({ ...noisy, batches: 4, isAll: true });
  const found = await measure(problem);
  const mean = new Float64Array(40);
  for (let j = 0; j < 4; j++) {
    const { gradient } = await problem.gradient(j);
    gradient.forEach((value, i) => (mean[i] += value / 4));
  }
  t.true(near(found.gradientNorm, Math.hypot(...mean)));
  t.regex(found.warnings.join(), /Only 4 batches have no example in common/);
});

test("no budget is exceeded, and what it left out is said", async (t) => {
  const optimizers = ["a", "b", "c", "d", "e", "f"].map((name, k) =>
    // Directions of their own, so that none can be had for nothing.
    rule(name, { kind: "rmsProp" }, (gradient) =>
      gradient.map((x, i) => x / (1 + ((i * (k + 1)) % 7))),
    ),
  );
  for (const budget of [50, 60, 100, 150, 300, 800]) {
    const problem = quadratic({ ...noisy, batches: 1000, optimizers });
    const found = await measure(problem, { budget, crossChecks: true });
    const [gradients, products] = problem.calls();
    t.is(found.cost.gradients, gradients + 3 * products);
    t.true(found.cost.gradients <= budget, `${found.cost.gradients} of ${budget}`);
    const lacking = found.optimizers.filter(
      ({ stability }) => stability.kind === "threshold" && !stability.sharpness,
    );
    const text = found.warnings.join(" ");
    t.is(lacking.length > 0, text.includes("left out the stability threshold"), text);
  }
  const small = measure(quadratic(noisy), { budget: 10 });
  await t.throwsAsync(small, { instanceOf: HpoError, message: /at least 50 gradients, got 10/ });
});

test("a preconditioner is read off the update itself: P⁻¹H of the very rule", async (t) => {
  // THEORY: P = diag(2, ½), H = [[2, 1], [1, 3]] has λ(P⁻¹H) 6.192582; here H is diagonal.
  const p = [2, 0.5];
  const adam = rule("adam", { kind: "adam", beta1: 0.9 }, (gradient) =>
    gradient.map((x, i) => x / p[i]),
  );
  const problem = quadratic({ curvatures: [2, 3], weights: [1, 1], optimizers: [adam] });
  const [{ stability, edge }] = (await measure(problem)).optimizers;
  t.true(stability.kind === "threshold" && near(stability.sharpness?.value, 6));
  t.true(near(edge, 38 / 6));
});

test("optimizers that go the same way share the products that price it", async (t) => {
  const one = rule("one", { kind: "gradientDescent" });
  const two = rule("two", { kind: "heavyBall", momentum: 0.9 }, (x) => x.map((v) => 3 * v));
  const alone = await measure(quadratic({ ...noisy, batches: 99, optimizers: [one] }));
  const both = await measure(quadratic({ ...noisy, batches: 99, optimizers: [one, two] }));
  t.is(both.cost.gradients, alone.cost.gradients);
  const [a, b] = both.optimizers;
  t.true(near(b.directionalEdge?.value, (a.directionalEdge?.value ?? NaN) / 3));
  t.true(near(b.edge, 1.9 * (a.edge ?? NaN)));
});

test("rules that scale the gradient alike share one λ_max, by how much they scale it", async (t) => {
  const scaled = (name: string, by: number, last = 1) =>
    rule(name, { kind: "rmsProp" }, (gradient) =>
      gradient.map((x, i) => ((i === 39 ? last : 1) * by * x) / (1 + (i % 3))),
    );
  const optimizers = [scaled("one", 1), scaled("two", 8), scaled("three", 8, 1.03)];
  const all = quadratic({ ...noisy, batches: 99, optimizers });
  const [one, two, three] = (await measure(all, { budget: 400 })).optimizers;
  const sharpness = ({ stability }: typeof one): number =>
    (stability.kind === "threshold" && stability.sharpness?.value) || NaN;
  t.true(near(sharpness(two), 8 * sharpness(one)));
  t.true(near(two.edge, (one.edge ?? NaN) / 8));
  // One coordinate that is scaled otherwise takes products of its own.
  t.true(near(sharpness(three), sharpness(two), 0.2));
  for (const by of [8, 8 * 1.03, 8 * 1.015]) t.false(near(sharpness(three), by * sharpness(one)));
});

test("a product that costs nothing, or no number of gradients, is refused by name", async (t) => {
  for (const gradientsPerProduct of [0, -1, NaN]) {
    const problem = { ...quadratic({ curvatures: [1], weights: [1] }), gradientsPerProduct };
    await t.throwsAsync(measure(problem), {
      message: new RegExp(`gradientsPerProduct=${gradientsPerProduct} must be`),
    });
  }
});

test("a loss that is not finite or does not depend on the weights is named", async (t) => {
  const infinite = measure(quadratic({ curvatures: [Infinity], weights: [1] }));
  await t.throwsAsync(infinite, {
    instanceOf: HpoError,
    message: /On batch 0 the loss is Infinity/,
  });
  const flat = measure(quadratic({ curvatures: [0], weights: [1] }));
  await t.throwsAsync(flat, { instanceOf: HpoError, message: /The gradient is 0/ });
});

test("weight decay enters the threshold: beside the step, or in the Hessian", async (t) => {
  const decay = (kind: "coupled" | "decoupled") =>
    rule("sgd", { kind: "gradientDescent", weightDecay: { kind, strength: 5 } });
  for (const kind of ["coupled", "decoupled"] as const) {
    const problem = quadratic({ curvatures: [1, 10], weights: [1, 1], optimizers: [decay(kind)] });
    const [{ edge }] = (await measure(problem)).optimizers;
    t.true(near(edge, 2 / 15), `${kind} ${edge}`);
  }
});
