import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { averageHvps, checkedProduct, finiteDifferenceHvp, kinkDiscrepancy } from "./hvp.ts";
import { lanczos } from "./lanczos.ts";
import { close } from "../testing/close.ts";
import { diagonalHvp, matrixHvp } from "../testing/matrix.ts";
import { tanhNetwork } from "../testing/tanh-network.ts";
import { dot, norm, plusScaled } from "../../numerics/vectors.ts";

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const rows = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
];
const labels = [1, 0, 1, 0];

/** Mean logistic loss of the four points above. */
function logisticGradient(w: Float64Array): Float64Array {
  const g = new Float64Array(2);
  rows.forEach((row, n) => {
    const error = (sigmoid(row[0] * w[0] + row[1] * w[1]) - labels[n]) / 4;
    row.forEach((value, i) => (g[i] += error * value));
  });
  return g;
}

const unit = (n: number, i: number): Float64Array => new Float64Array(n).fill(1, i, i + 1);

test("test value 8: logistic regression at w = 0 has H = .1875·I, g = (−.125, −.125)", async (t) => {
  const w = new Float64Array(2);
  const hvp = finiteDifferenceHvp(logisticGradient, w);
  for (const i of [0, 1]) {
    const column = await hvp(unit(2, i));
    close(t, column[i], 0.1875);
    t.true(Math.abs(column[1 - i]) < 1e-9);
    close(t, logisticGradient(w)[i], -0.125);
  }
});

test("test value 9: logistic regression at w = (1, −1)", async (t) => {
  const w = Float64Array.of(1, -1);
  const hvp = finiteDifferenceHvp(logisticGradient, w);
  const column = await hvp(unit(2, 0));
  close(t, column[0], 0.137901, 1e-5);
  close(t, column[1], 0.036252, 2e-5);
  const result = await lanczos(hvp, { dimension: 2, rng: createRng(1) });
  close(t, result.lambdaMax, 0.174153, 1e-5);
  close(t, result.lambdaMin, 0.10165, 1e-5);
  const gradient = logisticGradient(w);
  close(t, gradient[0], 0.027964, 3e-5);
  close(t, gradient[1], -0.277964, 1e-5);
});

test("test value 10: linear regression has λ_max 5.546470", async (t) => {
  const design = [1, 2, 3];
  const gradient = (w: Float64Array): Float64Array => {
    const g = new Float64Array(2);
    for (const x of design) {
      const error = (w[0] + w[1] * x - x * x) / 3;
      g[0] += error;
      g[1] += error * x;
    }
    return g;
  };
  const hvp = finiteDifferenceHvp(gradient, Float64Array.of(0.3, -0.2));
  const columns = [await hvp(unit(2, 0)), await hvp(unit(2, 1))];
  close(t, columns[0][0], 1);
  close(t, columns[0][1], 2);
  close(t, columns[1][1], 14 / 3);
  close(t, (await lanczos(hvp, { dimension: 2, rng: createRng(1) })).lambdaMax, 5.54647);
});

test("test value 11: softmax of 3 logits at 0 has eigenvalues 0, ⅓, ⅓", async (t) => {
  const gradient = (w: Float64Array): Float64Array => {
    const exps = w.map(Math.exp);
    const total = exps.reduce((sum, value) => sum + value, 0);
    return exps.map((value, i) => value / total - (i === 0 ? 1 : 0));
  };
  const hvp = finiteDifferenceHvp(gradient, new Float64Array(3));
  const flat = await hvp(Float64Array.of(1, 1, 1));
  t.true(norm(flat) < 1e-9);
  for (const v of [Float64Array.of(1, -1, 0), Float64Array.of(1, 1, -2)]) {
    const product = await hvp(v);
    close(t, dot(v, product) / dot(v, v), 1 / 3);
    t.true(norm(plusScaled(product, -1 / 3, v)) < 1e-8);
  }
});

test("test value 12: ½(uv − 1)² has one negative eigenvalue, at (2, 1) and at (.1, .1)", async (t) => {
  const gradient = ([u, v]: Float64Array): Float64Array =>
    Float64Array.of((u * v - 1) * v, (u * v - 1) * u);
  const at = async (u: number, v: number) =>
    lanczos(finiteDifferenceHvp(gradient, Float64Array.of(u, v)), {
      dimension: 2,
      rng: createRng(4),
    });
  const steep = await at(2, 1);
  close(t, steep.lambdaMin, -0.854102);
  close(t, steep.lambdaMax, 5.854102);
  const saddle = await at(0.1, 0.1);
  close(t, saddle.lambdaMin, -0.97);
  close(t, saddle.lambdaMax, 0.99);
});

test("test value 34: finite differences of a tanh network, float64 < 1e-8, float32 < 1e-3", async (t) => {
  const rng = createRng(34);
  const network = tanhNetwork(12, 40, rng);
  const v = network.weights.map(() => rng.normal());
  const exact = network.exactHvp(network.weights, v);
  for (const [precision, bound] of [
    ["float64", 1e-8],
    ["float32", 1e-3],
  ] as const) {
    const rounded = precision === "float32" ? network.weights.map(Math.fround) : network.weights;
    const gradient = (w: Float64Array) => network.gradient(w, precision);
    const product = await finiteDifferenceHvp(gradient, rounded, precision)(v);
    const error = norm(plusScaled(product, -1, exact)) / norm(exact);
    t.true(error < bound, `${precision}: ${error}`);
  }
});

test("the step does not depend on the direction's length: H(3v) = 3·Hv", async (t) => {
  const network = tanhNetwork(6, 20, createRng(2));
  const hvp = finiteDifferenceHvp((w) => network.gradient(w), network.weights);
  const v = network.weights.map((_, i) => i - 5);
  const once = await hvp(v);
  const thrice = await hvp(v.map((value) => 3 * value));
  t.true(norm(plusScaled(thrice, -3, once)) <= 1e-7 * norm(thrice));
  t.deepEqual([...(await hvp(new Float64Array(24)))], [...new Float64Array(24)]);
});

test("a kink under the difference is noticed, a smooth loss is not accused", async (t) => {
  const smooth = tanhNetwork(6, 20, createRng(2));
  const direction = smooth.weights.map((_, i) => (i % 3) - 1);
  t.true((await kinkDiscrepancy((w) => smooth.gradient(w), smooth.weights, direction)) < 1e-6);
  // |w| has its kink at 0: a difference across it measures 1/ε, not a curvature.
  const kinked = (w: Float64Array): Float64Array => w.map((value) => Math.sign(value) + value);
  t.true((await kinkDiscrepancy(kinked, Float64Array.of(1e-9), Float64Array.of(1))) > 0.5);
});

test("averaging products gives the mean Hessian, whose λ_max is below the mean λ_max", async (t) => {
  const a = diagonalHvp([4, 0]);
  const b = diagonalHvp([0, 2]);
  const result = await lanczos(averageHvps([a, b]), { dimension: 2, rng: createRng(1) });
  close(t, result.lambdaMax, 2);
  t.true(result.lambdaMax < (4 + 2) / 2);
});

test("an asynchronous product and a broken one", async (t) => {
  const hvp = matrixHvp([
    [2, 1],
    [1, 3],
  ]);
  const slow = async (v: Float64Array) => hvp(v);
  t.deepEqual([...(await checkedProduct(slow, Float64Array.of(1, 0)))], [2, 1]);
  await t.throwsAsync(
    checkedProduct(() => Float64Array.of(NaN, 1), new Float64Array(2)),
    {
      message: /entry 0 is NaN/,
    },
  );
  await t.throwsAsync(
    checkedProduct(() => new Float64Array(3), new Float64Array(2)),
    {
      message: /2 entries, got 3/,
    },
  );
});
