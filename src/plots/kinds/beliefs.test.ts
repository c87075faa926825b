import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { categorical, float } from "../../space/parameter.ts";
import { logNormal } from "../../space/prior-spec.ts";
import { searchSpace } from "../../space/search-space.ts";
import { example } from "../testing/examples.ts";
import { completed, studyOf } from "../testing/made-trials.ts";
import { priorChart, priorData } from "./prior.ts";
import { rankChart, rankData } from "./rank.ts";
import { regretData } from "./regret.ts";

const highestAt = (at: readonly number[], heights: readonly number[]): number =>
  at[heights.indexOf(Math.max(...heights))];

test("a prior of one's own is drawn beside the density of the best trials", (t) => {
  const space = searchSpace({
    lr: float(1e-4, 1, { log: true, prior: logNormal(1e-3, 3) }),
    x: float(0, 1),
  });
  const trials = Array.from({ length: 50 }, (_, i) => {
    const u = (0.618 * (i + 1)) % 1;
    return completed(i, (u - 0.75) ** 2, { params: { lr: 10 ** (4 * u - 4), x: 0.5 } });
  });
  const { beliefs, facts } = priorData(studyOf(trials, { space }));
  t.deepEqual(
    beliefs.map(({ name }) => name),
    ["lr"],
  );
  const [{ at, prior, found, best }] = beliefs;
  const near = (value: number, wanted: number) => Math.abs(Math.log10(value / wanted)) < 0.15;
  t.true(near(highestAt(at, prior), 1e-3), `${highestAt(at, prior)}`);
  t.true(near(highestAt(at, found), 0.1), `${highestAt(at, found)}`);
  t.is(best.length, 10);
  t.regex(facts[1], /^lr: the best, 0\.0?\d+, lies where the prior is 0\.\d+ × uniform/);
  t.throws(() => priorData(studyOf(trials)), { message: /has no prior/ });
});

test("theory's beliefs are drawn for the learning rate and what stands beside it", (t) => {
  const data = priorData(example("logistic"));
  t.deepEqual(
    data.beliefs.map(({ name }) => name),
    ["lr", "batchSize"],
  );
  const [{ edge }] = data.beliefs;
  t.is(edge, example("logistic").theory!.arms[0].stabilityEdge);
  t.true(
    priorChart(data).panels[0].marks.some((mark) => mark.mark === "rule" && mark.axis === "x"),
  );
});

test("pairs of the strongest parameters, the best trial last and best graded", (t) => {
  const rng = createRng(1, "rank");
  const space = searchSpace({
    a: float(0, 1),
    idle: float(0, 1),
    b: float(0, 1),
    c: categorical([1, 2]),
    idler: float(0, 1),
  });
  const trials = Array.from({ length: 200 }, (_, i) => {
    const [a, b, idle, idler] = [rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()];
    const c = i % 2 === 0 ? 1 : 2;
    return completed(i, 3 * a + 3 * b + 2 * c, { params: { a, b, idle, idler, c } });
  });
  const data = rankData(studyOf(trials, { space }));
  const shown = data.pairs.map(({ x, y }) => [x.name, y.name].sort().join());
  t.deepEqual(shown.sort(), ["a,b", "a,c", "b,c"]);
  for (const { complete, best } of data.pairs) {
    t.is(complete.grades.at(-1), 1);
    t.is(complete.trials.at(-1), best.trials[0]);
  }
  t.is(rankChart(data).panels.length, 3);
  t.throws(() => rankData(studyOf(trials, { space }), { params: ["a"] }), {
    message: /pairs parameters/,
  });
});

test("the bound on what is left falls, and holds where the optimum is known", (t) => {
  const rng = createRng(2, "regret");
  const space = searchSpace({ x: float(-1, 1), y: float(-1, 1) });
  for (const sign of [1, -1]) {
    const trials = Array.from({ length: 60 }, (_, i) => {
      const [x, y] = [2 * rng.uniform() - 1, 2 * rng.uniform() - 1];
      return completed(i, sign * (x * x + 2 * (y - 0.3) ** 2), { params: { x, y } });
    });
    const directions = [sign > 0 ? "minimize" : "maximize"] as const;
    const { trials: looked, bound, gained } = regretData(studyOf(trials, { space, directions }));
    t.deepEqual(looked, [29, 59]);
    t.true(bound[1] < bound[0]);
    const best = Math.min(
      ...trials.map((trial) => sign * (trial as unknown as { values: number[] }).values[0]),
    );
    t.true(bound[1] >= best, `the optimum is 0: ${bound[1]} ≥ ${best}`);
    t.is(gained.values.at(-1), 0);
  }
  t.throws(() => regretData(studyOf([completed(0, 1)])), {
    message: /1 complete trial; .* from 20 on/,
  });
});
