import test from "ava";
import { float, searchSpace } from "../src/space/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding, failed } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { tpe } from "./tpe.ts";

strategyContract(test, "tpe", tpe, { fingerprint: "b0cce84a8a889869" });

test("learns to keep out of a region where training diverges", (t) => {
  const space = searchSpace({
    lr: float(1e-5, 10, { log: true }),
    wd: float(1e-6, 0.1, { log: true }),
  });
  let last = 0;
  for (let seed = 0; seed < 5; seed++) {
    const objective = (params: Readonly<Record<string, unknown>>) => {
      const lr = Math.log10(params["lr"] as number);
      const wd = Math.log10(params["wd"] as number);
      if (lr > Math.log10(0.3)) return failed("diverged");
      return completeEnding((lr + 0.7) * (lr + 0.7) + 0.1 * (wd + 3) * (wd + 3));
    };
    const { history } = simulate(tpe(), { space, objective, trials: 60, seed });
    last += history.slice(-20).filter((trial) => trial.outcome === "failed").length;
  }
  t.true(last <= 20, `${last} of the last 100 trials diverged`);
});

test("options that can't be meant are refused", (t) => {
  t.throws(() => tpe({ startTrials: 0 }), { message: /startTrials=0 must be an integer ≥ 1/ });
  t.throws(() => tpe({ goodShare: 0 }), { message: /goodShare=0 must be a number > 0/ });
  t.throws(() => tpe({ bandwidth: -1 }), { message: /bandwidth=-1 must be/ });
});
