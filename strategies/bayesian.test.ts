import test from "ava";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { bayesian } from "./bayesian.ts";

strategyContract(test, "bayesian", bayesian, { fingerprint: "30436ff0f6618c11" });

test("an option out of range is refused by name", (t) => {
  t.throws(() => bayesian({ startTrials: 2 }), { message: /startTrials=2 / });
  t.throws(() => bayesian({ priorStrength: -1 }), { message: /priorStrength=-1 / });
});
