import test, { type ExecutionContext } from "ava";
import { categoricalDistribution, floatDistribution, intDistribution } from "./distribution.ts";
import { numbersFingerprint } from "../numerics/testing/numbers-fingerprint.ts";
import type { Distribution } from "./distribution.ts";
import type { PriorSpec } from "./prior-spec.ts";
import {
  densityAt,
  densityQuantile,
  densityTable,
  independentPrior,
  priorTable,
  tempered,
  UNIFORM_SHARE,
} from "./prior.ts";
import { toUnit } from "./unit-cube.ts";

const close = (t: ExecutionContext, actual: number, expected: number, tolerance: number): boolean =>
  t.true(Math.abs(actual - expected) <= tolerance, `${actual} in the place of ${expected}`);

/** The prior's own part of the density at `a` over that at `b`: without what is spread evenly. */
function ratio(distribution: Distribution, spec: PriorSpec, a: number, b: number): number {
  const table = priorTable("x", distribution, spec);
  const at = (value: number) => densityAt(table, toUnit(distribution, value)) - UNIFORM_SHARE;
  return at(a) / at(b);
}

test("a normal prior falls as a normal, a log-normal one over factors", (t) => {
  const flat = floatDistribution(0, 10);
  const normal: PriorSpec = { kind: "normal", mean: 4, sd: 2 };
  close(t, ratio(flat, normal, 4 + 3.75, 4), Math.exp(-0.5 * 1.875 ** 2), 1e-3);
  const log = floatDistribution(1e-4, 1, { log: true });
  const logNormal: PriorSpec = { kind: "logNormal", median: 1e-2, factor: 10 };
  // Over the logarithm it is a normal: the Jacobian takes the 1/x away.
  close(t, ratio(log, logNormal, 0.1, 1e-2), Math.exp(-0.5), 1e-3);
  close(t, ratio(log, logNormal, 1e-3, 1e-2), Math.exp(-0.5), 1e-3);
  // Over x itself the 1/x stays.
  const bare = floatDistribution(0, 10);
  const wide: PriorSpec = { kind: "logNormal", median: 2.5, factor: 2 };
  close(t, ratio(bare, wide, 5, 2.5), Math.exp(-0.5) / 2, 1e-3);
  // A normal over x becomes x times as dense on the log scale.
  const narrow: PriorSpec = { kind: "normal", mean: 0.1, sd: 0.1 };
  close(t, ratio(log, narrow, 0.1, 0.01), 10 * Math.exp(0.5 * 0.81), 0.05);
});

test("a density in points is straight between them, over the logarithm on a log scale", (t) => {
  const points = [[1, 1], [100, 3]] as const; // prettier-ignore
  const flat = floatDistribution(0, 128);
  close(t, ratio(flat, { kind: "density", points }, 50.5, 1), 2, 0.01);
  const log = floatDistribution(0.1, 1000, { log: true });
  close(t, ratio(log, { kind: "density", points }, 10, 1), 2, 0.02);
  close(t, ratio(log, { kind: "density", points }, 90, 1), 1 + Math.log(90) / Math.log(10), 0.05);
  const table = priorTable("x", log, { kind: "density", points });
  for (const outside of [0.2, 0.9, 110, 900]) {
    close(t, densityAt(table, toUnit(log, outside)), UNIFORM_SHARE, 1e-9);
  }
  // Where the density begins at 0, which has no logarithm, the first piece is straight in x.
  const fromZero: PriorSpec = { kind: "density", points: [[0, 0], [10, 10], [1000, 10]] }; // prettier-ignore
  close(t, ratio(log, fromZero, 5, 10), 0.5, 0.02);
});

test("weights are choices', and a beta's mode lies where its formula says", (t) => {
  const kinds = categoricalDistribution(["a", "b", "c"]);
  const weights: PriorSpec = { kind: "weights", weights: [["a", 1], ["b", 3]] }; // prettier-ignore
  const table = priorTable("kind", kinds, weights);
  const at = (choice: string) => densityAt(table, toUnit(kinds, choice)) - UNIFORM_SHARE;
  close(t, at("b") / at("a"), 3, 1e-9);
  close(t, at("c"), 0, 1e-9);
  const beta = priorTable("x", floatDistribution(0, 1), { kind: "beta", a: 3, b: 2 });
  const [peak] = [...beta.density.entries()].sort((one, two) => two[1] - one[1])[0];
  close(t, peak / 512, 2 / 3, 1 / 512);
  const open = priorTable("n", intDistribution(1, 9), { kind: "beta", a: 0.5, b: 0.5 });
  t.true(open.density.every(Number.isFinite));
});

test("a table holds one share in all, its quantile undoes its cumulative, and a draw follows it", (t) => {
  const table = densityTable((unit) => unit);
  close(t, table.cumulative[512], 1, 1e-12);
  close(t, densityAt(table, 0.5), UNIFORM_SHARE + 0.8, 1e-9);
  for (const p of [0, 0.1, 0.25, 0.5, 0.9, 1]) {
    const x = densityQuantile(table, p);
    // The integral of 0.2 + 0.8 · 2u.
    close(t, 0.2 * x + 0.8 * x * x, p, 1e-9);
  }
  close(t, densityAt(table, -1), UNIFORM_SHARE, 1e-12);
  close(t, densityAt(table, 2), UNIFORM_SHARE + 1.6, 1e-9);
  const prior = independentPrior([table, undefined, table]);
  close(t, prior.logDensity(Float64Array.of(1, 0.3, NaN)), Math.log(1.8), 1e-9);
  close(t, prior.logDensity(Float64Array.of(1, 0.3, 1)), 2 * Math.log(1.8), 1e-9);
  t.deepEqual(
    [...prior.warp(Float64Array.of(0.25, 0.7, 1))],
    [densityQuantile(table, 0.25), 0.7, 1],
  );
});

test("a tempered table is the power of the density, in one share again", (t) => {
  const table = densityTable((unit) => unit);
  const half = tempered(table, 0.5);
  close(t, half.cumulative[512], 1, 1e-12);
  close(t, densityAt(half, 1) / densityAt(half, 0), Math.sqrt(1.8 / 0.2), 1e-6);
  t.throws(() => priorTable("lr", floatDistribution(0, 1), { kind: "normal", mean: 1e6, sd: 1 }), {
    message: /"lr": the prior .*1000000.* has no weight.*Move the prior or widen the range/,
  });
});

test("quantiles are shares of a table's whole weight, whatever that is", (t) => {
  const table = densityTable((unit) => unit);
  const thrice = {
    density: table.density.map((value) => 3 * value),
    cumulative: table.cumulative.map((value) => 3 * value),
  };
  for (const share of [0, 0.2, 0.5, 0.9, 1])
    close(t, densityQuantile(thrice, share), densityQuantile(table, share), 1e-12);
});

test("what is believed by each kind of prior on each kind of range: the same numbers as before", (t) => {
  const ranges = [
    floatDistribution(0.01, 10),
    floatDistribution(1e-4, 1, { log: true }),
    floatDistribution(-2, 3, { step: 0.5 }),
    intDistribution(1, 64, { log: true }),
    intDistribution(0, 9),
  ];
  const specs: readonly PriorSpec[] = [
    { kind: "normal", mean: 0.3, sd: 2 },
    { kind: "logNormal", median: 0.1, factor: 3 },
    { kind: "beta", a: 2, b: 5 },
    { kind: "beta", a: 0.5, b: 0.5 },
    { kind: "density", points: [[-5, 0], [0.1, 2], [1, 1], [3, 4]] },
  ]; // prettier-ignore
  const tables = ranges.flatMap((range) => specs.map((spec) => priorTable("x", range, spec)));
  const choice = categoricalDistribution(["a", 2, null]);
  tables.push(priorTable("x", choice, { kind: "weights", weights: [["a", 1], [null, 3]] })); // prettier-ignore
  const at = [-1, 0, 1e-3, 0.2, 0.5, 0.77, 1, 2];
  const found = tables.map((table) => [
    at.map((unit) => densityAt(table, unit)),
    [0, 0.01, 0.3, 0.5, 0.99, 1].map((share) => densityQuantile(table, share)),
    at.map((unit) => densityAt(tempered(table, 0.3), unit)),
  ]);
  const joint = independentPrior([tables[0], undefined, tables[1]]);
  const units = [Float64Array.of(0.1, 0.2, 0.3), Float64Array.of(NaN, 0.2, 0.9)];
  t.is(
    numbersFingerprint([found, units.map((unit) => [joint.logDensity(unit), joint.warp(unit)])]),
    "437b9d913c79",
  );
});
