import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { decode, type Params, type Scalar } from "../../src/space/index.ts";
import { SUITES } from "../compare/suites.ts";
import { diverging } from "./diverging.ts";
import { exploding } from "./exploding.ts";
import { mixed } from "./mixed.ts";
import type { Problem } from "./problem.ts";
import { conditional } from "./conditional.ts";

const randomParams = ({ space }: Problem, ...labels: (string | number)[]): Params => {
  const rng = createRng(0, ...labels);
  return decode(
    space,
    space.parameters.map(() => rng.uniform()),
  );
};

/** Improves one parameter at a time over a fine grid: enough where the regret is zero somewhere. */
async function descend(problem: Problem, start: Params, rounds: number): Promise<number> {
  let params = start;
  let { regret } = await problem.evaluate(params, 0);
  for (let round = 0; round < rounds; round++) {
    for (const { name } of problem.space.parameters) {
      if (!Object.hasOwn(params, name)) continue;
      for (const value of candidates(problem, name, params[name], round)) {
        const next = { ...params, [name]: value };
        const answer = await problem.evaluate(next, 0);
        if (answer.regret < regret) [params, regret] = [next, answer.regret];
      }
    }
  }
  return regret;
}

function candidates(problem: Problem, name: string, now: Scalar, round: number): Scalar[] {
  const distribution = problem.space.parameters.find((p) => p.name === name)?.distribution;
  if (!distribution) return [];
  if (distribution.kind === "categorical") return [...distribution.choices];
  const { low, high, log, kind } = distribution;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const centre = log ? Math.log(now as number) : (now as number);
  const width = (to - from) * 0.5 ** round;
  return Array.from({ length: 21 }, (_, i) => {
    const raw = Math.min(to, Math.max(from, centre + (i / 10 - 1) * width));
    const value = log ? Math.exp(raw) : raw;
    const inRange = Math.min(high, Math.max(low, value));
    return kind === "int" ? Math.round(inRange) : inRange;
  });
}

for (const suite of SUITES.filter(
  ({ name }) => !["taskset", "lcbench", "deepobs", "digits"].includes(name),
)) {
  test(`${suite.name}: every task opens, and the same seed gives the same problem`, async (t) => {
    const { all, usual } = await suite.tasks(undefined);
    t.true(usual.length > 0 && usual.every((task) => all.includes(task)));
    for (const task of all) {
      const [a, b] = [await suite.open(task, 3, undefined), await suite.open(task, 3, undefined)];
      t.like(a, { suite: suite.name, task, seed: 3 });
      for (let k = 0; k < 20; k++) {
        const params = randomParams(a, task, k);
        const answer = await a.evaluate(params, k);
        t.deepEqual(answer, await b.evaluate(params, k));
        t.true(answer.regret >= 0);
        t.is(Number.isNaN(answer.value), answer.regret === Infinity);
      }
    }
  });
}

test("mixed: a point of the grid has no regret", async (t) => {
  // One without couplings between coordinates, so that going through them one by one finds it.
  for (let seed = 0; seed < 5; seed++) {
    const problem = await mixed.open("styblinski6", seed, undefined);
    t.deepEqual(
      problem.space.parameters.map(({ distribution }) => distribution.kind),
      ["float", "int", "categorical", "float", "int", "categorical"],
    );
    t.true((await descend(problem, randomParams(problem, seed), 30)) < 1e-8);
  }
});

test("conditional: some number of layers has no regret, every other has more than 0.05", async (t) => {
  for (let seed = 0; seed < 5; seed++) {
    const problem = await conditional.open("layers", seed, undefined);
    const lowest: number[] = [];
    for (let layers = 1; layers <= 4; layers++) {
      const given: Record<string, Scalar> = { layers };
      for (let i = 1; i <= layers; i++)
        Object.assign(given, { [`width${i}`]: 60, [`rate${i}`]: 0.5 });
      const others = { ...problem, space: { parameters: problem.space.parameters.slice(1) } };
      lowest.push(await descend(others, given, 30));
    }
    lowest.sort((a, b) => a - b);
    t.true(lowest[0] < 1e-8, `${lowest[0]}`);
    t.true(lowest[1] > 0.05, `${lowest[1]}`);
  }
});

test("conditional: the seed says which branch is the best, and its minimum has no regret", async (t) => {
  const winners = new Set<string>();
  for (let seed = 0; seed < 5; seed++) {
    const problem = await conditional.open("branin-hartmann6", seed, undefined);
    const best = new Map<string, number>();
    for (let k = 0; k < 8; k++) {
      const start = randomParams(problem, seed, k);
      const others = { ...problem, space: { parameters: problem.space.parameters.slice(1) } };
      const regret = await descend(others, start, 40);
      const model = String(start.model);
      best.set(model, Math.min(regret, best.get(model) ?? Infinity));
    }
    const [first] = [...best].sort((a, b) => a[1] - b[1]);
    winners.add(first[0]);
    t.true(first[1] < 0.05, `seed ${seed}: ${first[1]}`);
  }
  t.is(winners.size, 2);
});

test("diverging: the loss is as it is written down, and NaN right of 0.3", async (t) => {
  const problem = await diverging.open("lr-edge", 0, undefined);
  t.is((await problem.evaluate({ lr: 0.25, wd: 1e-3 }, 0)).regret, 0);
  t.true(Math.abs((await problem.evaluate({ lr: 0.025, wd: 1e-3 }, 0)).value - 1) < 1e-12);
  t.true(Math.abs((await problem.evaluate({ lr: 0.25, wd: 1e-2 }, 0)).value - 0.1) < 1e-12);
  t.false(Number.isNaN((await problem.evaluate({ lr: 0.3, wd: 1e-3 }, 0)).value));
  t.true(Number.isNaN((await problem.evaluate({ lr: 0.30001, wd: 1e-3 }, 0)).value));
});

test("exploding: small just under the edge of stability, 2 (1 + momentum) / curvature, and huge above it", async (t) => {
  for (const [task, curvature, floor] of [
    ["bowl-25", 25, 0],
    ["bowl-400-floor", 400, 0.05],
  ] as const) {
    const problem = await exploding.open(task, 3, undefined);
    const at = (share: number) =>
      problem.evaluate({ lr: (share * 2 * 1.8) / curvature, momentum: 0.8 }, 0);
    const [stable, unstable] = [await at(0.9), await at(1.5)];
    t.true(stable.regret < problem.startRegret / 10, `${stable.regret}`);
    t.is(stable.value, floor + stable.regret);
    t.true(unstable.regret > 1e10 && Number.isFinite(unstable.value), `${unstable.regret}`);
    const other = await exploding.open(task, 4, undefined);
    t.not(other.startRegret, problem.startRegret);
  }
});
