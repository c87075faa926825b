import { medianOf } from "../../src/numerics/quantile.ts";
import test from "ava";
import { hypervolume } from "../../src/numerics/hypervolume.ts";
import { createRng } from "../../src/numerics/rng.ts";

import { float, searchSpace, spacePrior, logNormal, type Params } from "../../src/space/index.ts";
import type { Observation, Strategy } from "../../src/contracts/strategy.ts";
import { bowl, completeEnding, failed, spaces } from "../../src/testing/strategy-scenarios.ts";
import {
  fold,
  simulate,
  suggestAt,
  type Simulation,
} from "../../src/testing/strategy-simulation.ts";
import { bayesian } from "../bayesian.ts";
import { random } from "../random.ts";

const plane = searchSpace({ x: float(0, 1), y: float(0, 1) });
const at = (params: Params, name: string): number => params[name] as number;
const seeds = [1, 2, 3];
const bestOf = (history: readonly Observation[]): number =>
  Math.min(...history.flatMap(({ values }) => values.slice(0, 1)));

test("a smooth valley is found to five digits in 40 trials", (t) => {
  const objective = (p: Params) => {
    const u = 3 * at(p, "x") - 1;
    const v = 3 * at(p, "y") - 1.2;
    return completeEnding(10 * (v - u * u) * (v - u * u) + (u - 0.5) * (u - 0.5));
  };
  const found = seeds.map((seed) =>
    bestOf(simulate(bayesian(), { space: plane, objective, trials: 40, seed }).history),
  );
  t.true(medianOf(found) < 1e-5, found.join(" "));
});

test("a search that has settled in a wide basin still finds the deeper one", (t) => {
  const basin = (p: Params, middle: number, width: number): number => {
    const [u, v] = [at(p, "x") - middle, at(p, "y") - middle];
    return Math.exp(-(u * u + v * v) / width);
  };
  const objective = (p: Params) =>
    completeEnding(1 - Math.max(0.8 * basin(p, 0.3, 0.1), basin(p, 0.8, 0.02)));
  const found = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) =>
    bestOf(simulate(bayesian(), { space: plane, objective, trials: 60, seed }).history),
  );
  t.true(found.filter((best) => best < 0.05).length >= 7, found.join(" "));
});

const momentum = searchSpace({
  lr: float(1e-4, 1, { log: true }),
  momentum: float(0, 0.99),
});
/** 50 steps of gradient descent on a bowl whose curvatures are 1 and 400. */
const stiffBowl = (p: Params) => {
  let [x, y, vx, vy] = [2, 2, 0, 0];
  for (let step = 0; step < 50; step++) {
    vx = at(p, "momentum") * vx - at(p, "lr") * x;
    vy = at(p, "momentum") * vy - at(p, "lr") * 400 * y;
    x += vx;
    y += vy;
  }
  return completeEnding(0.5 * (x * x + 400 * y * y));
};

test("a loss that explodes by many decades on half of the space is searched where it is small", (t) => {
  const found = [1, 2, 3, 4, 5, 6, 7].map((seed) =>
    bestOf(
      simulate(bayesian(), { space: momentum, objective: stiffBowl, trials: 30, seed }).history,
    ),
  );
  t.log(found.join(" "));
  t.true(medianOf(found) < 0.2, found.join(" "));
});

const edge = searchSpace({
  lr: float(1e-5, 10, { log: true }),
  wd: float(1e-6, 1e-1, { log: true }),
});
/** The best learning rate lies just under the edge of divergence. */
const nearTheEdge = (p: Params) => {
  if (at(p, "lr") > 0.3) return failed("diverged");
  const rate = Math.log10(at(p, "lr")) - Math.log10(0.25);
  const decay = Math.log10(at(p, "wd")) + 3;
  return completeEnding(rate * rate + 0.1 * decay * decay);
};

test("diverging runs teach it where not to go, and it still finds the edge", (t) => {
  const runs = seeds.map(
    (seed) =>
      simulate(bayesian(), { space: edge, objective: nearTheEdge, trials: 40, seed }).history,
  );
  const late = runs.map((run) => run.slice(20).filter((o) => o.outcome === "failed").length);
  t.true(medianOf(late) <= 2, `diverged among the last 20: ${late.join(" ")}`);
  t.true(medianOf(runs.map(bestOf)) < 0.01);
});

test("failures that are nobody's fault change nothing", (t) => {
  const simulation: Simulation = { space: edge, objective: nearTheEdge, trials: 20 };
  const { history } = simulate(bayesian(), simulation);
  const after = (more: readonly Observation[]) => {
    const strategy = bayesian();
    return suggestAt(strategy, fold(strategy, simulation, [...history, ...more]), 1, 30);
  };
  const trial = { number: 20, params: { lr: 0.1, wd: 1e-3 } };
  t.deepEqual(after([{ ...trial, ...failed("lost") }]), after([]));
  t.notDeepEqual(after([{ ...trial, ...failed("outOfMemory") }]), after([]));
});

test("a pruned trial counts through its last report", (t) => {
  const simulation: Simulation = {
    space: plane,
    objective: (p) => completeEnding(bowl(plane, p)),
    trials: 15,
  };
  const { history } = simulate(bayesian(), simulation);
  const after = (values: readonly number[]) => {
    const strategy = bayesian();
    const pruned = {
      number: 15,
      params: { x: 0.32, y: 0.3 },
      outcome: "pruned",
      values,
      reports: [],
    } as const;
    return suggestAt(strategy, fold(strategy, simulation, [...history, pruned]), 1, 16);
  };
  t.notDeepEqual(after([3]), after([]));
  t.notDeepEqual(after([3]), after([4]));
});

test("a batch is spread out, and helps", (t) => {
  const objective = (p: Params) => completeEnding(bowl(spaces.continuous, p));
  const simulation = { space: spaces.continuous, objective, trials: 48, parallel: 8 };
  const runs = seeds.map((seed) => simulate(bayesian(), { ...simulation, seed }).history);
  t.true(medianOf(runs.map(bestOf)) < 1e-3, runs.map(bestOf).join(" "));
});

test("constraints are kept once they are known", (t) => {
  // The unconstrained minimum (0.3, 0.3) is forbidden; the best allowed point is (0.5, 0.5).
  const objective = (p: Params) => ({
    ...completeEnding(bowl(plane, p)),
    constraints: [1 - at(p, "x") - at(p, "y")],
  });
  const runs = seeds.map(
    (seed) => simulate(bayesian(), { space: plane, objective, trials: 35, seed }).history,
  );
  const allowed = runs.map((run) => run.filter((o) => o.constraints![0] <= 0));
  t.true(medianOf(allowed.map(bestOf)) < 0.08 + 0.005, allowed.map(bestOf).join(" "));
  t.true(medianOf(allowed.map((run) => run.filter((o) => o.number >= 15).length)) >= 10);
});

test("a right prior helps from the start, a wrong one is found out", (t) => {
  const withPrior = (center: number) =>
    searchSpace({
      lr: float(1e-5, 10, { log: true, prior: logNormal(center, 2) }),
      wd: float(1e-6, 1e-1, { log: true }),
    });
  const objective = (p: Params) => {
    const rate = Math.log10(at(p, "lr")) - Math.log10(0.02);
    const decay = Math.log10(at(p, "wd")) + 3;
    return completeEnding(rate * rate + 0.1 * decay * decay);
  };
  const run = (center: number, trials: number, seed: number) => {
    const space = withPrior(center);
    return simulate(bayesian(), { space, objective, trials, seed, prior: spacePrior(space)! });
  };
  const right = seeds.map((seed) => bestOf(run(0.02, 5, seed).history));
  const wrong = seeds.map((seed) => bestOf(run(5, 5, seed).history));
  t.true(medianOf(right) < medianOf(wrong) / 3, `${right.join(" ")} against ${wrong.join(" ")}`);
  const late = seeds.map((seed) => run(5, 30, seed));
  t.true(medianOf(late.map(({ history }) => bestOf(history))) < 0.01);
  const last = late.map(({ suggestions }) => suggestions[29]);
  t.true(last.every((s) => s.kind === "params" && s.why?.["prior"] !== "used"));
});

test("two metrics: the front covers more than random search's", (t) => {
  const objective = (p: Params) => {
    const x = at(p, "x");
    const y = at(p, "y");
    return completeEnding(x * x + y, (x - 1) * (x - 1) + y);
  };
  const volume = (strategy: Strategy, seed: number): number => {
    const run = simulate(strategy, { space: plane, objective, trials: 40, seed, metricCount: 2 });
    return hypervolume(
      run.history.map(({ values }) => values),
      [1.1, 1.1],
    );
  };
  const ours = seeds.map((seed) => volume(bayesian(), seed));
  const theirs = seeds.map((seed) => volume(random(), seed));
  t.true(medianOf(ours) > medianOf(theirs) + 0.1, `${ours.join(" ")} against ${theirs.join(" ")}`);
});

test("of six first trials under a watched prior the fourth and the sixth look where the others are not", (t) => {
  const space = searchSpace({
    lr: float(1e-5, 10, { log: true, prior: logNormal(1e-2, 1.2) }),
    wd: float(1e-6, 1e-1, { log: true }),
  });
  const near = (seed: number): boolean[] => {
    const prior = spacePrior(space)!;
    const strategy = bayesian();
    const context = { space, metricCount: 1, prior, priorIsWatched: true, trialBudget: 40, seed };
    let state = strategy.init(context);
    return Array.from({ length: 6 }, (_, number) => {
      const rng = createRng(seed, "suggest", number);
      const told = strategy.suggest(state, { number, pending: [], rng });
      if (told.kind !== "params") throw new Error(told.kind);
      const { params } = told;
      const trial = { number, params, outcome: "complete", values: [number], reports: [] } as const;
      state = strategy.observe(state, trial);
      return Math.abs(Math.log(at(params, "lr") / 1e-2)) < 1;
    });
  };
  const runs = Array.from({ length: 12 }, (_, seed) => near(seed));
  const share = (numbers: readonly number[]): number =>
    numbers.reduce((sum, number) => sum + runs.filter((run) => run[number]).length, 0) /
    (runs.length * numbers.length);
  t.true(share([0, 1, 2, 4]) > 0.6 && share([3, 5]) < 0.2, runs.join("\n"));
});
