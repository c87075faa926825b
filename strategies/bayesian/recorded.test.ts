import test from "ava";
import { strategyFingerprint } from "../../src/testing/strategy-fingerprint.ts";
import { bayesian } from "../bayesian.ts";

test("bayesian: the same suggestions as recorded, in every process and on every Node", (t) => {
  t.is(strategyFingerprint(bayesian()), "f23f58093823b717");
});
