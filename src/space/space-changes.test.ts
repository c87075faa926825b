import test from "ava";
import { describeCondition, holds, toCondition } from "./condition.ts";
import { contains, floatDistribution, intDistribution } from "./distribution.ts";
import { categorical, float, int } from "./parameter.ts";
import { density, logNormal } from "./prior-spec.ts";
import { put } from "./put.ts";
import { searchSpace } from "./search-space.ts";
import { spaceChanges } from "./space-changes.ts";

test("what changed between two spaces is said a line each, and nothing where nothing did", (t) => {
  const shared = { opt: categorical(["sgd", "adam"]), lr: float(1e-4, 1, { log: true }) };
  const before = searchSpace({
    ...shared,
    n: int(1, 4),
    width: int(8, 64, { step: 8 }),
    momentum: float(0, 1).when("opt", "sgd"),
    decay: float(0, 1).when("opt", ["sgd", "adam"]).when("lr", { gt: 0.01, lte: 0.5 }),
  });
  const now = searchSpace({
    opt: shared.opt,
    lr: float(1e-5, 1, { log: true, prior: logNormal(1e-3, 3) }),
    width: int(8, 64),
    momentum: float(0, 1),
    decay: float(0, 1).when("lr", { gte: 0.02, lt: 0.5 }),
    depth: int(1, 3).when("opt", "adam"),
    seed: int(0, 9),
  });
  t.deepEqual(spaceChanges(before, before), []);
  t.deepEqual(spaceChanges(before, now), [
    '"lr" was float 0.0001 … 1, log and is now float 0.00001 … 1, log',
    'the prior of "lr" changed',
    '"width" was int 8 … 64, step 8 and is now int 8 … 64',
    '"momentum" now exists always',
    '"seed" is new: int 0 … 9',
    '"decay" now exists when lr ≥ 0.02 and lr < 0.5',
    '"depth" is new: int 1 … 3, when opt is "adam"',
    '"n" is gone',
  ]);
  t.throws(() => spaceChanges(before, searchSpace({ lr: int(1, 2) })), {
    message: /"lr" was float in this study and is now int/,
  });
});

test("a condition is said as it was declared, and holds at its bounds as its sign says", (t) => {
  const said = (test: Parameters<typeof toCondition>[1]) =>
    describeCondition(toCondition("x", test));
  t.is(said(["a", 2, true]), 'x is one of "a", 2, true');
  t.is(said({ gt: 0, gte: 1, lt: 9, lte: 8 }), "x > 0 and x ≥ 1 and x < 9 and x ≤ 8");
  const passes = (bounds: object, values: readonly unknown[]) =>
    values.map((value) => holds({ parameter: "x", ...bounds }, value as number));
  t.deepEqual(passes({ gt: 1 }, [0, 1, 2, undefined, "2"]), [false, false, true, false, false]);
  t.deepEqual(passes({ gte: 1 }, [0, 1, 2]), [false, true, true]);
  t.deepEqual(passes({ lt: 1 }, [0, 1, 2]), [true, false, false]);
  t.deepEqual(passes({ lte: 1 }, [0, 1, 2]), [true, true, false]);
  for (const wrong of [{}, { above: 1 }, { gt: "1" }, { gt: 1, lt: null }]) {
    t.throws(() => toCondition("x", wrong as object), {
      message:
        /when\("x", .*\): expected a value, a list of values, or numbers under gt, gte, lt, lte/,
    });
  }
});

test("what is no parameter, or a density out of order, is refused by name and value", (t) => {
  for (const given of [undefined, 3, {}, { distribution: float(0, 1).distribution }]) {
    t.throws(() => searchSpace({ lr: given as never }), {
      message: /^searchSpace: lr.* must be a parameter: float\(0, 1\)/,
    });
  }
  const points = [[1, 1], [0, 2]] as const; // prettier-ignore
  t.throws(() => density(points), { message: /value 0 does not lie above the one before\. Sort/ });
  t.throws(() => density([points[0], points[0]]), { message: /value 1 does not lie above/ });
});

test("a density's points are finite, and its weights not below 0", (t) => {
  const refused = (points: [number, number][], message: RegExp) =>
    t.throws(() => density(points), { message });
  refused([[0, 1], [1, -1]], /weight of point 1=-1/); // prettier-ignore
  refused([[0, NaN], [1, 1]], /weight of point 0=NaN/); // prettier-ignore
  refused([[0, 1], [Infinity, 1]], /value of point 1=Infinity/); // prettier-ignore
  t.notThrows(() => density([[0, 0], [1, 1]])); // prettier-ignore
});

test("a value belongs to a grid that begins where it begins", (t) => {
  const grid = floatDistribution(0.3, 1.3, { step: 0.5 });
  t.deepEqual([0.3, 0.8, 1.3, 0.5, 1, 1.8, -0.2].map((value) => contains(grid, value)), [true, true, true, false, false, false, false]); // prettier-ignore
  const whole = intDistribution(3, 11, { step: 4 });
  t.deepEqual([3, 7, 11, 4, 8, 15, 7.5].map((value) => contains(whole, value)), [true, true, true, false, false, false, false]); // prettier-ignore
});

test("a name of an object's own workings is a name like others", (t) => {
  const record: Record<string, number> = {};
  for (const name of ["__proto__", "constructor", "x"]) put(record, name, 1);
  put(record, "__proto__", 2);
  t.deepEqual(Object.entries(record), [
    ["__proto__", 2],
    ["constructor", 1],
    ["x", 1],
  ]);
  t.true(delete record["__proto__"]);
});
