import test from "ava";
import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Scalar,
} from "./distribution.ts";
import { explains, inferSpace, type SpaceSample } from "./infer-space.ts";
import { float, int } from "./parameter.ts";
import { searchSpace } from "./search-space.ts";

const lr = floatDistribution(0, 1);
const sample = (
  params: Record<string, Scalar>,
  more: SpaceSample["distributions"] = {},
): SpaceSample => {
  const distributions: SpaceSample["distributions"] = { lr, ...more };
  const drawn = Object.keys(params).map((name) => [name, distributions[name]] as const);
  return { params, distributions: Object.fromEntries(drawn) };
};
const conditionOf = (samples: readonly SpaceSample[], name: string): unknown =>
  inferSpace(samples).parameters.find((one) => one.name === name)?.conditions;

/** A parameter m that only the first of so many choices has. */
const branched = (choices: number): SpaceSample[] => {
  const kind = categoricalDistribution(Array.from({ length: choices }, (_, i) => i));
  const m = floatDistribution(0, 1);
  return [0, 1, 0].map((value) =>
    sample({ kind: value, ...(value === 0 && { m: 0.5 }) }, { kind, m }),
  );
};

test("what all trials have is without a condition, what some have has one", (t) => {
  t.deepEqual(conditionOf([sample({ lr: 0.1 }), sample({ lr: 0.2 })], "lr"), []);
  t.deepEqual(conditionOf(branched(2), "kind"), []);
  t.deepEqual(conditionOf(branched(2), "m"), [{ parameter: "kind", in: [0] }]);
});

test("a condition is looked for in parameters of up to 20 values", (t) => {
  t.deepEqual(conditionOf(branched(20), "m"), [{ parameter: "kind", in: [0] }]);
  t.notDeepEqual(conditionOf(branched(21), "m"), [{ parameter: "kind", in: [0] }]);
  const depth = intDistribution(1, 20);
  const ints = [1, 2].map((value) =>
    sample({ depth: value, ...(value === 2 && { lr: 0.5 }) }, { depth }),
  );
  t.deepEqual(conditionOf(ints, "lr"), [{ parameter: "depth", in: [2] }]);
});

test("a trial fits a space that has its names and ranges", (t) => {
  const space = searchSpace({ lr: float(0, 1), n: int(1, 4).when("lr", { gte: 0.5 }) });
  const n = intDistribution(1, 4);
  t.true(explains(space, sample({ lr: 0.7, n: 2 }, { n })));
  t.true(explains(space, sample({ lr: 0.3 })));
  t.false(explains(space, sample({ lr: 0.7 })), "n is missing");
  t.false(explains(space, sample({ lr: 0.3, n: 2 }, { n })), "n is one too many");
  t.false(explains(space, sample({ lr: 0.7, n: 2 }, { n: intDistribution(1, 5) })));
  t.false(explains(space, sample({ lr: 0.3, x: 1 }, { x: lr })));
});
