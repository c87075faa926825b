import test from "ava";
import { float, searchSpace } from "../src/space/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { quasiRandom } from "./quasi-random.ts";

strategyContract(test, "quasi-random", quasiRandom, { fingerprint: "9c5dfaf127f3b2a1" });

test("64 points put one into each of 64 slices of every coordinate, in parallel too", (t) => {
  const space = searchSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1) });
  const simulation = { space, objective: () => completeEnding(0), trials: 64, parallel: 5 };
  const { params } = simulate(quasiRandom(), simulation);
  for (const name of ["a", "b", "c"]) {
    t.is(new Set(params.map((p) => Math.floor((p[name] as number) * 64))).size, 64);
  }
});
