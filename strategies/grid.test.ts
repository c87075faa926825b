import test from "ava";
import { categorical, float, int, paramsKey, searchSpace } from "../src/space/index.ts";
import type { Observation } from "../src/contracts/strategy.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding, failed, spaces } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { grid, gridPoints } from "./grid.ts";

strategyContract(test, "grid", grid, {
  args: [{ points: 4 }],
  fingerprint: "c9c86db350720b37",
  deviations: { "finite spaces: goes on when all points were tried": "a grid ends" },
});

test("every point comes once, in parallel and through failures, and then the end", (t) => {
  const space = searchSpace({ a: float(0, 1), c: categorical(["p", "q"]), n: int(1, 3) });
  const objective = (_: unknown, number: number) =>
    number % 3 === 0 ? failed("error") : completeEnding(0);
  for (const parallel of [1, 5]) {
    const run = simulate(grid({ points: 4 }), { space, objective, trials: 99, parallel });
    t.is(run.params.length, 24);
    t.is(new Set(run.params.map(paramsKey)).size, 24);
    t.deepEqual(run.suggestions.at(-1), {
      kind: "exhausted",
      message: "The whole grid was suggested: 24 points.",
    });
  }
});

test("why tells how far the grid is", (t) => {
  const { suggestions } = simulate(grid(), {
    space: spaces.finite,
    objective: () => completeEnding(0),
    trials: 99,
  });
  const whys = suggestions.flatMap((s) => (s.kind === "params" ? [s.why] : []));
  t.deepEqual(whys[0], { point: 1, of: 12 });
  t.deepEqual(whys[11], { point: 12, of: 12 });
});

test("levels lie evenly on each scale, with both ends", (t) => {
  const space = searchSpace({ lr: float(1e-4, 1, { log: true }) });
  t.deepEqual(
    gridPoints(space, { points: 5 }).map((p) => p["lr"]),
    [1e-4, 1e-3, 1e-2, 0.1, 1],
  );
  t.deepEqual(
    gridPoints(searchSpace({ n: int(0, 10) }), { points: { n: 3 } }).map((p) => p["n"]),
    [0, 5, 10],
  );
  t.deepEqual(
    gridPoints(space, { points: { lr: [0.5, 0.25] } }).map((p) => p["lr"]),
    [0.5, 0.25],
  );
  t.deepEqual(
    gridPoints(searchSpace({ x: float(-1, 1) }), { points: 4 }).map((p) => p["x"]),
    [-1, -0.333333333333, 0.333333333333, 1],
    "in twelve digits, which tell levels apart",
  );
  const close = gridPoints(searchSpace({ x: float(1, 1 + 1e-12) }), { points: 4 });
  t.is(new Set(close.map((p) => p["x"])).size, 4, "as they are where twelve don't");
  t.is(gridPoints(searchSpace({ x: float(0, 1) })).length, 10);
});

test("a point that others added is not tried again; a strange one uses nothing up", (t) => {
  const space = searchSpace({ n: int(1, 3) });
  const history: Observation[] = [
    { number: 0, params: { n: 2, more: 1 }, ...completeEnding(1) },
    { number: 1, params: { n: 7 }, ...completeEnding(1) },
  ];
  const run = simulate(grid(), { space, objective: () => completeEnding(0), trials: 9, history });
  t.deepEqual(run.params.map((p) => p["n"]).sort(), [1, 3]);
});

test("options that can't be meant are refused", (t) => {
  const space = searchSpace({ x: float(0, 1), c: categorical(["p", "q", "r"]), y: float(0, 1) });
  t.throws(() => grid({ points: 0 }), { message: /points=0 must be an integer ≥ 1/ });
  t.throws(() => grid({ points: { x: [] } }), { message: /points\.x=\[\] must be/ });
  t.throws(() => gridPoints(space, { points: { z: 3 } }), { message: /no parameter "z"/ });
  t.throws(() => gridPoints(space, { points: { x: [2] } }), { message: /names 2, but "x" is/ });
  t.throws(() => gridPoints(space, { points: { c: 2 } }), { message: /without an order/ });
  t.throws(() => gridPoints(space, { points: 1000 }), { message: /more than 100000 points/ });
});
