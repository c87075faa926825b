import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { bayesian } from "./bayesian.ts";

strategyContract(test, "bayesian", bayesian, { fingerprint: "58614edcb08e6aad" });

test("an option out of range is refused by name", (t) => {
  t.throws(() => bayesian({ startTrials: 2 }), { message: /startTrials=2 / });
  t.throws(() => bayesian({ priorStrength: -1 }), { message: /priorStrength=-1 / });
});
