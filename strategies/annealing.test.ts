import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { annealing } from "./annealing.ts";

strategyContract(test, "annealing", annealing, { fingerprint: "716e69bb51027d19" });
strategyContract(test, "annealing", annealing, {
  args: [{ cooling: "adaptive" }],
  fingerprint: "4981e354a28e7dbe",
});
strategyContract(test, "annealing", annealing, {
  args: [{ cooling: "cauchy", chains: 3, startTrials: 2, restartAfter: 3 }],
  fingerprint: "62491341a2f7d92a",
});

test("options that can't be meant are refused", (t) => {
  t.throws(() => annealing({ cooling: "fast" as never }), {
    message: /cooling="fast" must be one of/,
  });
  t.throws(() => annealing({ chains: 0 }), { message: /chains=0 must be an integer ≥ 1/ });
  t.throws(() => annealing({ acceptance: 0 }), {
    message: /acceptance=0 must be a number > 0/,
  });
});
