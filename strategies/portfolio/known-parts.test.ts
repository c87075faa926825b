import test from "ava";
import { categorical, float, int, searchSpace } from "../../src/space/index.ts";
import { isOneMinus, optimizerOf, trainingPartsOf } from "./known-parts.ts";
import { kindOf } from "./known-settings.ts";

const space = searchSpace({
  Learning_Rate: float(1e-5, 1, { log: true }),
  rate: float(1e-5, 1, { log: true }),
  "batch-size": int(1, 512),
  "num layers": int(1, 9),
  momentum: categorical([0, 0.9]),
  opt: categorical(["sgd", "adam"]),
  other: float(0, 1),
});

test("parts are known by common names, however they are written; a choice is no part", (t) => {
  t.deepEqual([...trainingPartsOf(space)].sort(), [
    ["Learning_Rate", "learningRate"],
    ["batch-size", "batchSize"],
    ["num layers", "layers"],
  ]);
});

test("what the study's roles say comes before common names", (t) => {
  const parts = trainingPartsOf(space, { learningRate: "rate", batchSize: "other" });
  t.deepEqual([...parts].sort(), [
    ["num layers", "layers"],
    ["other", "batchSize"],
    ["rate", "learningRate"],
  ]);
  const roles = { learningRate: { sgd: "rate", adam: "other" } };
  const rateOf = (optimizer?: string) =>
    [...trainingPartsOf(space, roles, optimizer)].find(([, part]) => part === "learningRate")?.[0];
  t.deepEqual(
    [rateOf("sgd"), rateOf("adam"), rateOf("lion"), rateOf()],
    [...["rate", "other", undefined, undefined]],
  );
});

test("the optimizer is the choice that a role or its name says", (t) => {
  t.is(optimizerOf(space)?.name, "opt");
  t.is(optimizerOf(space, { optimizer: "momentum" })?.name, "momentum");
  t.is(optimizerOf(space, { optimizer: "other" }), undefined);
  t.is(optimizerOf(searchSpace({ optimizer: float(0, 1) })), undefined);
});

test("a momentum's complement and an optimizer's kind are known by their names", (t) => {
  t.true(isOneMinus("one_minus_beta1") && isOneMinus("oneMinusMomentum"));
  t.false(isOneMinus("beta1"));
  const kinds = [
    "AdamOptimizer",
    "adagrad",
    "LAMB",
    "RMS-Prop",
    "sgd_momentum",
    "SGD",
    "Lion",
    "x",
  ];
  t.deepEqual(kinds.map(kindOf), [
    ...(["adam", "adagrad", "adam", "rmsprop", "momentum", "sgd", "lion", "unknown"] as const),
  ]);
});
