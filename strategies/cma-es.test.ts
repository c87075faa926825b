import test from "ava";
import { categorical, float, int, searchSpace, type Params } from "../src/space/index.ts";
import { densityTable, independentPrior } from "../src/space/prior.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { cmaEs } from "./cma-es.ts";

strategyContract(test, "cma-es", cmaEs, { fingerprint: "d2bf45a2e934378b" });
strategyContract(test, "cma-es", cmaEs, {
  args: [{ restarts: "bipop", separable: true, population: 4 }],
  fingerprint: "bb3433854eced35d",
});

test("options that can't be meant are refused", (t) => {
  t.throws(() => cmaEs({ restarts: "often" as never }), { message: /restarts="often" must be/ });
  t.throws(() => cmaEs({ population: 1 }), { message: /population=1 must be an integer ≥ 2/ });
  t.throws(() => cmaEs({ sigma: 0 }), { message: /sigma=0 must be a number > 0/ });
});

const best = (values: readonly (readonly number[])[]): number =>
  Math.min(...values.map(([value]) => value));

test("learns a rotated, ill-conditioned ellipsoid to the last digits", (t) => {
  const names = ["a", "b", "c", "d"];
  const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(-5, 5)])));
  const objective = (params: Params) => {
    const [a, b, c, d] = names.map((name) => (params[name] as number) - 1);
    const [p, q, r, s] = [a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d];
    return completeEnding(p * p + 1e2 * q * q + 1e4 * r * r + 1e6 * s * s);
  };
  for (const separable of [false, "auto"] as const) {
    const strategy = cmaEs({ separable, restarts: "none" });
    const { history } = simulate(strategy, { space, objective, trials: 1500, parallel: 2 });
    t.true(best(history.map((trial) => trial.values)) < 1e-9);
  }
});

test("it searches each coordinate for itself above 50 of them", (t) => {
  const settingsOf = (dimension: number, separable: boolean | "auto") => {
    const names = Array.from({ length: dimension }, (_, i) => `x${i}`);
    const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(-5, 5)])));
    const objective = (params: Params) =>
      completeEnding(names.reduce((sum, name, i) => sum + (params[name] as number) ** 2 * i, 0));
    const run = simulate(cmaEs({ separable }), { space, objective, trials: 48 });
    return run.history.map(({ params }) => params);
  };
  t.deepEqual(settingsOf(50, "auto"), settingsOf(50, false));
  t.deepEqual(settingsOf(51, "auto"), settingsOf(51, true));
  t.notDeepEqual(settingsOf(51, true), settingsOf(51, false));
});

test("integers and choices do not freeze before they are right", (t) => {
  const space = searchSpace({
    n: int(-20, 20),
    m: int(0, 1),
    x: float(-5, 5),
    c: categorical(["p", "q", "r", "s"]),
  });
  const objective = (params: Params) => {
    const { n, m, x, c } = params as Readonly<Record<string, number>>;
    const choice = { p: 3, q: 2, r: 1, s: 0 }[String(c)]!;
    return completeEnding((n - 13) * (n - 13) + 5 * (1 - m) + (x - 2) * (x - 2) + choice);
  };
  for (let seed = 0; seed < 5; seed++) {
    const { history } = simulate(cmaEs(), { space, objective, trials: 400, seed });
    t.true(best(history.map((trial) => trial.values)) < 1e-3, `seed ${seed}`);
  }
});

test("integers are still left for others once what counts more has converged", (t) => {
  const space = searchSpace({ n: int(0, 9), m: int(0, 9), x: float(-5, 5), y: float(-5, 5) });
  const objective = (params: Params) => {
    const { n, m, x, y } = params as Readonly<Record<string, number>>;
    const steep = 1e4 * ((x - 2) * (x - 2) + (y + 1) * (y + 1));
    return completeEnding((n - 7) * (n - 7) + (m - 2) * (m - 2) + steep);
  };
  const found = Array.from({ length: 12 }, (_, seed) => {
    const strategy = cmaEs({ restarts: "none" });
    const { history } = simulate(strategy, { space, objective, trials: 400, seed });
    return best(history.map((trial) => trial.values)) < 1;
  });
  // Without a margin none of them.
  t.true(found.filter(Boolean).length >= 6, found.join(" "));
});

test("a prior gives the first generation its middle and its width", (t) => {
  const space = searchSpace({ x: float(0, 1), y: float(0, 1) });
  const prior = independentPrior(
    [0.3, 0.8].map((centre) =>
      densityTable((unit) => Math.exp(-0.5 * ((unit - centre) / 0.05) ** 2)),
    ),
  );
  const objective = () => completeEnding(1);
  const strategy = cmaEs({ population: 400 });
  const { history } = simulate(strategy, { space, objective, trials: 400, prior });
  for (const [name, centre] of [
    ["x", 0.3],
    ["y", 0.8],
  ] as const) {
    const values = history.map(({ params }) => params[name] as number).sort((a, b) => a - b);
    t.true(Math.abs(values[200] - centre) < 0.02, `${name}: median ${values[200]}`);
    const width = (values[300] - values[100]) / 1.349;
    // A fifth of the prior is spread evenly, which widens its quartiles.
    t.true(width > 0.05 && width < 0.1, `${name}: deviation ${width}`);
  }
});

test("restarts leave a local minimum, with a larger population", (t) => {
  const space = searchSpace({ x: float(-5, 5), y: float(-5, 5) });
  // Two parabolas; the wide one, in which a search from the centre ends, is 1 above the other.
  const objective = (params: Params) => {
    const { x, y } = params as Readonly<Record<string, number>>;
    const wide = x * x + y * y + 1;
    const narrow = 2 * ((x - 4) * (x - 4) + (y + 4) * (y + 4));
    return completeEnding(Math.min(wide, narrow));
  };
  for (const restarts of ["ipop", "bipop"] as const) {
    const run = simulate(cmaEs({ restarts }), { space, objective, trials: 3000 });
    t.true(best(run.history.map((trial) => trial.values)) < 0.01, restarts);
    t.true(run.suggestions.some((s) => s.kind === "params" && s.why?.["restart"] === 1));
  }
});
