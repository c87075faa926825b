import test from "ava";
import { ndtr } from "../../src/numerics/normal.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { logDensity, mixtureOf, type MixtureAxis, type Mixture } from "./parzen.ts";

const CHOICES = 3;
const AXES: readonly MixtureAxis[] = [
  { kind: "number", size: Infinity },
  { kind: "choice", size: CHOICES },
  { kind: "number", size: Infinity },
];

interface Example {
  readonly mixture: Mixture;
  readonly rows: Float64Array;
  readonly sigma: Float64Array;
  readonly weights: Float64Array;
}

/** Some kernels, every third one without the last coordinate. */
function example(count: number): Example {
  const rng = createRng(2);
  const rows = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    rows[3 * i] = rng.uniform();
    rows[3 * i + 1] = (rng.integer(0, CHOICES - 1) + 0.5) / CHOICES;
    rows[3 * i + 2] = i % 3 === 0 ? NaN : rng.uniform();
  }
  const sigma = rows.map(() => 0.01 + 0.3 * rng.uniform() * rng.uniform());
  const weights = Float64Array.from({ length: count }, () => rng.uniform());
  return { mixture: mixtureOf(AXES, rows, sigma, weights, 1), rows, sigma, weights };
}

/** ln p(x) as the formula at the head of parzen.ts has it. */
function byFormula({ rows, sigma, weights }: Example, x: readonly number[]): number {
  const share = 1 / (weights.length + 1);
  const factor = (i: number, j: number): number => {
    const m = rows[3 * i + j];
    if (Number.isNaN(x[j])) return 1;
    if (j === 1) return ((x[j] === m ? 1 : 0) + share) / (1 + CHOICES * share);
    if (Number.isNaN(m)) return 1;
    const s = sigma[3 * i + j];
    const density = Math.exp(-0.5 * ((x[j] - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
    return density / (ndtr((1 - m) / s) - ndtr(-m / s));
  };
  let total = 1;
  let sum = 1 / CHOICES;
  weights.forEach((weight, i) => {
    total += weight;
    sum += weight * factor(i, 0) * factor(i, 1) * factor(i, 2);
  });
  return Math.log(sum / total);
}

const points = (count: number): number[][] => {
  const rng = createRng(3);
  return Array.from({ length: count }, (_, k) => [
    rng.uniform(),
    (rng.integer(0, CHOICES - 1) + 0.5) / CHOICES,
    k % 4 === 0 ? NaN : rng.uniform(),
  ]);
};

test("a density is the sum of its kernels, over more than a block of them", (t) => {
  for (const count of [0, 1, 5, 200]) {
    const mixture = example(count);
    for (const x of points(40)) {
      const found = logDensity(mixture.mixture, Float64Array.from(x));
      t.true(Math.abs(found - byFormula(mixture, x)) < 1e-8, `${count} kernels at ${x.join(" ")}`);
    }
  }
});

test("with a limit a density is itself below it, and above it if it is above", (t) => {
  const { mixture } = example(400);
  for (const x of points(60)) {
    const at = Float64Array.from(x);
    const whole = logDensity(mixture, at);
    t.is(logDensity(mixture, at, whole + 1e-9), whole);
    const part = logDensity(mixture, at, whole - 0.5);
    t.true(part > whole - 0.5 && part <= whole);
  }
});
