import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { int, searchSpace } from "../src/space/index.ts";
import { random } from "./random.ts";

strategyContract(test, "random", random, { fingerprint: "f97679a647bd6c9d" });

const space = (log: boolean) => searchSpace({ n: int(log ? 1 : 0, log ? 1000 : 4, { log }) });
const first = (seed: number, log: boolean): number => {
  const simulation = { space: space(log), objective: () => completeEnding(0), trials: 1, seed };
  return simulate(random(), simulation).params[0]["n"] as number;
};

test("the values of an int are equally likely", (t) => {
  const counts = [0, 0, 0, 0, 0];
  for (let seed = 0; seed < 5000; seed++) counts[first(seed, false)]++;
  for (const count of counts) t.true(Math.abs(count - 1000) <= 100, counts.join(", "));
});

test("a log-scaled int is uniform in its logarithm: P(n ≤ 31) = 0.545", (t) => {
  let low = 0;
  for (let seed = 0; seed < 3000; seed++) if (first(seed, true) <= 31) low++;
  t.true(Math.abs(low / 3000 - 0.545) < 0.03, `${low} of 3000`);
});
