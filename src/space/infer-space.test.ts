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

test("of a range that moved the whole is searched, of one that became another kind the last", (t) => {
  const inferred = (...drawn: SpaceSample["distributions"][string][]) =>
    inferSpace(drawn.map((x) => sample({ x: 0.5 }, { x }))).parameters[0].distribution;
  const wide = floatDistribution(0, 1);
  t.deepEqual(inferred(wide, floatDistribution(0.5, 2)), floatDistribution(0, 2));
  t.deepEqual(inferred(floatDistribution(0.5, 2), wide), floatDistribution(0, 2));
  t.deepEqual(inferred(wide, floatDistribution(0.2, 0.5)), wide);
  const others = [
    floatDistribution(0.5, 2, { log: true }),
    floatDistribution(0.5, 2, { step: 0.5 }),
    intDistribution(0, 2),
    categoricalDistribution([0.5, 2]),
  ];
  for (const other of others) {
    t.deepEqual(inferred(wide, other), other);
    t.deepEqual(inferred(other, wide), wide);
    // A trial that was drawn otherwise does not fit, though its value lies within.
    const space = searchSpace({ x: float(0, 9) });
    t.false(explains(space, sample({ x: 0.5 }, { x: other })), JSON.stringify(other));
  }
  const space = searchSpace({ x: float(0, 9) });
  t.true(explains(space, sample({ x: 0.5 }, { x: floatDistribution(0, 9) })));
  t.false(explains(space, sample({ x: 0.5 }, { x: floatDistribution(-1, 9) })));
  t.false(explains(space, sample({ x: 0.5 }, { x: floatDistribution(0, 10) })));
});
