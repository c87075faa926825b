import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { categorical, float, int } from "../space/parameter.ts";
import { decode, encode, searchSpace, spacePrior } from "../space/search-space.ts";
import { logNormal } from "../space/prior-spec.ts";
import { factorize, withTargets, type GaussianProcess } from "../surrogate/gaussian-process.ts";
import { hyperPrior, startOf } from "../surrogate/hyperprior.ts";
import type { Kernel } from "../surrogate/kernel.ts";
import { sumOf, type Acquisition } from "./acquisition.ts";
import { domainOf } from "./domain.ts";
import { logExpectedImprovement } from "./log-expected-improvement.ts";
import { logPriorTerm } from "./log-prior.ts";
import { logProbability } from "./log-probability.ts";
import { GLOBAL_EFFORT, maximizeAcquisition } from "./maximize.ts";
import { parzenCandidates } from "./parzen-candidates.ts";
import { nextStartPoint, startSide } from "./start-design.ts";
import { variation } from "./variation.ts";

test("a choice among thousands is not gone through whole, and its good values are found", (t) => {
  const choices = Array.from({ length: 5000 }, (_, i) => i);
  const space = searchSpace({ c: categorical(choices), x: float(0, 1) });
  const domain = domainOf(space);
  let looked = 0;
  // Best at choice 7, which one trial has.
  const acquisition: Acquisition = {
    values(points) {
      looked += points.length / 2;
      return Float64Array.from({ length: points.length / 2 }, (_, row) => {
        const { c, x } = decode(space, points.subarray(2 * row, 2 * row + 2));
        return (c === 7 ? 1 : 0) - Math.abs((x as number) - 0.3);
      });
    },
    addSlope(point, slope) {
      slope[1] += point[1] < 0.3 ? 1 : -1;
      return this.values(point)[0];
    },
  };
  const good = [3, 7, 4000].map((c) => encode(space, { c, x: 0.9 }));
  const [best] = maximizeAcquisition({ acquisition, domain, good }, GLOBAL_EFFORT, createRng(1));
  t.is(decode(space, best.x)["c"], 7);
  t.true(looked < 1000, `${looked} points were looked at`);
});

const mixed = searchSpace({
  lr: float(1e-5, 1, { log: true, prior: logNormal(1e-3, 10) }),
  batch: int(1, 5),
  width: int(16, 4096, { log: true }),
  optimizer: categorical(["sgd", "adam", "lion"]),
  momentum: float(0, 1).when("optimizer", "sgd"),
});

/** A process over random points of the mixed space, low near lr = .3 with "adam". */
function example(n: number): { readonly gp: GaussianProcess; readonly points: Float64Array[] } {
  const domain = domainOf(mixed);
  const rng = createRng(4);
  const points = Array.from({ length: n }, () =>
    domain.project(Float64Array.from({ length: 5 }, () => rng.uniform())),
  );
  const X = new Float64Array(n * 5);
  points.forEach((x, row) => X.set(x, row * 5));
  const y = Float64Array.from(
    points,
    (x) => 4 * Math.abs(x[0] - 0.3) + (x[3] === 0.5 ? -1 : 0.5) + 0.2 * x[1],
  );
  const kernel: Kernel = { kinds: domain.kinds, smoothness: "matern52", additive: true };
  const theta = startOf(kernel, hyperPrior(kernel), 1e-3);
  return { gp: withTargets(factorize(kernel, theta, X), y, "estimated"), points };
}

const { gp, points } = example(24);
const terms: Readonly<Record<string, Acquisition>> = {
  "log EI": logExpectedImprovement(gp, -0.5),
  "log probability": logProbability(gp, { threshold: 0.2, side: 1, extraVariance: 0.01 }),
  "log probability below": logProbability(gp, { threshold: 0.2, side: -1 }),
  prior: logPriorTerm(spacePrior(mixed)!, 5, 0.7),
  sum: sumOf([logExpectedImprovement(gp, -0.5), logPriorTerm(spacePrior(mixed)!, 5, 0.7)]),
};

for (const [name, term] of Object.entries(terms)) {
  test(`${name}: the slope is its finite differences, at points with missing parameters too`, (t) => {
    for (const x of [
      Float64Array.of(0.41, 0.3, 0.6, 1 / 6, 0.35),
      Float64Array.of(0.77, 0.9, 0.2, 0.5, NaN),
    ]) {
      const slope = new Float64Array(5);
      t.true(Math.abs(term.addSlope(x, slope) - term.values(x)[0]) < 1e-10);
      for (const i of [0, 2, 4]) {
        if (Number.isNaN(x[i])) continue;
        const step = name === "prior" || name === "sum" ? 1e-3 : 1e-5;
        const both = Float64Array.of(...x, ...x);
        both[i] += step;
        both[5 + i] -= step;
        const [up, down] = term.values(both);
        const difference = (up - down) / (2 * step);
        t.true(
          Math.abs(slope[i] - difference) < 1e-4 * (1 + Math.abs(difference)),
          `${i}: ${slope[i]}, ${difference}`,
        );
      }
    }
  });
}

test("the search finds the best choice, integer and learning rate together", (t) => {
  const domain = domainOf(mixed);
  const acquisition = terms["log EI"];
  const [best] = maximizeAcquisition(
    { acquisition, domain, good: points },
    GLOBAL_EFFORT,
    createRng(1),
  );
  const params = decode(mixed, best.x);
  t.is(params["optimizer"], "adam");
  t.deepEqual(
    [...encode(mixed, params)].map((v) => Math.round(v * 1e9)),
    [...best.x].map((v) => Math.round(v * 1e9)),
  );
  const rng = createRng(2);
  for (let k = 0; k < 300; k++) {
    const x = domain.project(Float64Array.from({ length: 5 }, () => rng.uniform()));
    t.true(acquisition.values(x)[0] <= best.value);
  }
});

test("variations stay in the box and on the grids", (t) => {
  const domain = domainOf(mixed);
  const box = { lower: new Float64Array(5).fill(0.2), upper: new Float64Array(5).fill(0.4) };
  const vary = variation(domain, box, createRng(3));
  let parent = vary.random();
  for (let k = 0; k < 200; k++) {
    const x =
      k % 2 ? vary.mutate(parent, 0.3, 0.5) : vary.cross(parent, points[k % points.length], 0.5);
    t.true(x[0] >= 0.2 - 1e-12 && x[0] <= 0.4 + 1e-12); // decoding rounds
    const again = domain.project(x.map((v) => (Number.isNaN(v) ? 0.5 : v)));
    t.true(again.every((v, i) => Object.is(v, x[i]) || Math.abs(v - x[i]) < 1e-12));
    t.is(Number.isNaN(x[4]), x[3] !== 1 / 6);
    parent = x;
  }
});

test("a start design has one point in each stratum of each dimension", (t) => {
  const domain = domainOf(
    searchSpace({ a: float(0, 1), b: float(-1, 1), c: float(1e-3, 1, { log: true }) }),
  );
  const rng = createRng(5);
  const design: Float64Array[] = [];
  for (let k = 0; k < 10; k++) design.push(nextStartPoint(domain, design, 10, rng.fork(k)));
  for (let i = 0; i < 3; i++) t.is(new Set(design.map((x) => Math.floor(x[i] * 10))).size, 10);
});

test("a shrunk start point lies near the middle of its numbers, its choices stay free", (t) => {
  const domain = domainOf(
    searchSpace({ a: float(0, 1), b: float(1e-5, 1, { log: true }), c: categorical(["p", "q"]) }),
  );
  const rng = createRng(7);
  const points = Array.from({ length: 60 }, (_, k) =>
    nextStartPoint(domain, [], 10, rng.fork(k), 0.4),
  );
  for (const i of [0, 1]) {
    const places = points.map((x) => x[i]);
    t.true(Math.min(...places) >= 0.3 && Math.max(...places) <= 0.7);
    t.true(Math.min(...places) < 0.35 && Math.max(...places) > 0.65);
  }
  t.is(new Set(points.map((x) => x[2])).size, 2);
});

test("a start spreads over as much of each range as so few points stand for", (t) => {
  const sideOf = (d: number, size: number): number =>
    startSide(
      domainOf(
        searchSpace(
          Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, float(0, 1)])),
        ),
      ),
      size,
    );
  // Five points on a line stand for a fifth each: theirs is all but a 25th of the variance.
  t.true(Math.abs(sideOf(1, 5) - Math.sqrt(24 / 25)) < 1e-12);
  t.true(sideOf(8, 5) < sideOf(4, 5) && sideOf(8, 5) < sideOf(8, 50));
  t.is(startSide(domainOf(searchSpace({ c: categorical(["p", "q"]) })), 5), 1);
});

test("a shrunk start has one point in each stratum of its own box", (t) => {
  const domain = domainOf(searchSpace({ a: float(0, 1), b: float(0, 1) }));
  const rng = createRng(8);
  const design: Float64Array[] = [];
  for (let k = 0; k < 5; k++) design.push(nextStartPoint(domain, design, 5, rng.fork(k), 0.5));
  for (const i of [0, 1]) {
    const strata = design.map((x) => Math.floor((0.5 + (x[i] - 0.5) / 0.5) * 5));
    t.deepEqual(strata.sort(), [0, 1, 2, 3, 4]);
  }
});

test("Parzen candidates crowd around the best trials, but not all of them", (t) => {
  const domain = domainOf(searchSpace({ a: float(0, 1), b: float(0, 1) }));
  const good = Array.from({ length: 40 }, (_, k) =>
    k < 5 ? Float64Array.of(0.2 + k / 100, 0.7) : Float64Array.of(0.9, 0.1),
  );
  const candidates = parzenCandidates(domain, good, 400, createRng(6));
  const near = candidates.filter(
    (x) => Math.abs(x[0] - 0.22) < 0.15 && Math.abs(x[1] - 0.7) < 0.15,
  );
  t.true(near.length > 120 && near.length < 300, `${near.length} of 400`);
});
