import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { cmaEs } from "./cma-es.ts";

strategyContract(test, "cma-es", cmaEs, { fingerprint: "d2bf45a2e934378b" });
strategyContract(test, "cma-es", cmaEs, {
  args: [{ restarts: "bipop", separable: true, population: 4 }],
  fingerprint: "bb3433854eced35d",
});

test("options that can't be meant are refused", (t) => {
  t.throws(() => cmaEs({ restarts: "often" as never }), { message: /restarts is "often"/ });
  t.throws(() => cmaEs({ population: 1 }), { message: /population is 1; give an integer ≥ 2/ });
  t.throws(() => cmaEs({ sigma: 0 }), { message: /sigma is 0; give a number above 0/ });
});
