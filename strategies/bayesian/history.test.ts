import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import type { Observation } from "../../src/contracts/strategy.ts";
import { bowl, completeEnding, failed, spaces } from "../../src/testing/strategy-scenarios.ts";
import { fold, suggestAt, type Simulation } from "../../src/testing/strategy-simulation.ts";
import { bayesian, type BayesianState } from "../bayesian.ts";

const plane = searchSpace({ x: float(0, 1), y: float(0, 1) });

test("one fold gives the bits of many small steps, across refits and thinning", (t) => {
  const rng = createRng(3);
  const history = Array.from({ length: 320 }, (_, number): Observation => {
    const params = { x: rng.uniform(), y: rng.uniform(), z: 1e-5 + rng.uniform() / 2 };
    const ending =
      number % 9 === 4 ? failed("diverged") : completeEnding(bowl(spaces.continuous, params));
    return { number, params, ...ending };
  });
  const simulation = { space: spaces.continuous, objective: () => completeEnding(0), trials: 320 };
  const strategy = bayesian();
  let state = fold(strategy, simulation, []);
  const sizes = new Set([12, 33, 61, 64, 118, 119, 147, 251, 252, 276, 301, 320]);
  history.forEach((trial, i) => {
    state = strategy.observe(state as BayesianState, trial);
    if (!sizes.has(i + 1)) return;
    const fresh = bayesian();
    const once = fold(fresh, simulation, history.slice(0, i + 1));
    t.deepEqual(suggestAt(strategy, state, 1, i + 1), suggestAt(fresh, once, 1, i + 1), `${i + 1}`);
  });
});

test("a long history is thinned to a few hundred points", (t) => {
  const rng = createRng(4);
  const simulation: Simulation = { space: plane, objective: () => completeEnding(0), trials: 2000 };
  const history = Array.from({ length: 2000 }, (_, number): Observation => {
    const params = { x: rng.uniform(), y: rng.uniform() };
    return { number, params, ...completeEnding(bowl(plane, params)) };
  });
  const state = fold(bayesian(), simulation, history) as BayesianState;
  const model = state.objectives[0].models.at(2000, 0);
  const [gp, rows] = [model.process(), model.rows];
  t.true(gp.n === rows.length && gp.n <= 275, `${gp.n}`);
  t.true(rows.includes(history.reduce((a, b) => (b.values[0] < a.values[0] ? b : a)).number));
});
