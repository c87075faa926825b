import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { genetic } from "./genetic.ts";

strategyContract(test, "genetic", genetic, { fingerprint: "b39e9ff47baedb45" });
strategyContract(test, "genetic", genetic, {
  args: [{ mode: "generational", crossover: "sbx", population: 6 }],
  fingerprint: "2b4e3611d59e2bb1",
});
strategyContract(test, "genetic", genetic, {
  args: [{ crossover: "uniform", population: 5, maxAge: 8 }],
  fingerprint: "8b28d7103ae68f01",
});

test("options that can't be meant are refused", (t) => {
  t.throws(() => genetic({ mode: "fast" as never }), { message: /mode="fast" must be one of/ });
  t.throws(() => genetic({ population: 1 }), { message: /population=1 must be an integer ≥ 2/ });
  t.throws(() => genetic({ maxAge: 0 }), { message: /maxAge=0 must be/ });
});
