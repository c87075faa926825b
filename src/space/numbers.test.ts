import fc from "fast-check";
import test from "ava";
import {
  cardinality,
  contains,
  floatDistribution,
  intDistribution,
  valueAt,
  type NumericDistribution,
} from "./distribution.ts";
import { fromUnit, toUnit } from "./unit-cube.ts";

const LARGEST = Number.MAX_SAFE_INTEGER;
const { low: LEAST, high: MOST } = { low: -LARGEST, high: LARGEST };

const intRange = fc
  .tuple(
    fc.oneof(fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger()),
    fc.oneof(fc.nat(20), fc.maxSafeNat()),
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 40 })),
  )
  .filter(([low, width]) => low + width <= MOST)
  .map(([low, width, step]) =>
    intDistribution(low, low + width, { step: Math.min(step, Math.max(width, 1)) }),
  );
const logIntRange = fc
  .tuple(fc.integer({ min: 1, max: MOST - 100 }), fc.oneof(fc.nat(100), fc.maxSafeNat()))
  .filter(([low, width]) => low + width <= MOST)
  .map(([low, width]) => intDistribution(low, low + width, { log: true }));
const unit = fc.double({ min: 0, max: 1, noNaN: true });

test("integers of any size are exact, and within their range", (t) => {
  fc.assert(
    fc.property(fc.oneof(intRange, logIntRange), unit, (range, u) => {
      const value = fromUnit(range, u) as number;
      t.true(Number.isSafeInteger(value) && contains(range, value), JSON.stringify([range, value]));
      t.is(fromUnit(range, 0), range.low);
      t.is(fromUnit(range, 1), range.high);
      t.is(valueAt(range, cardinality(range) - 1), range.high);
    }),
    { seed: 1 },
  );
});

test("each of a few integers comes, and comes back from its coordinate, however large they are", (t) => {
  for (const log of [false, true]) {
    for (const low of [1, 1000, 1e12, 1e15, 2 ** 52 - 5, MOST - 9]) {
      const range = intDistribution(low, low + 9, { log });
      const all = Array.from({ length: 10 }, (_, i) => low + i);
      const drawn = new Set(
        Array.from({ length: 400 }, (_, i) => fromUnit(range, (i + 0.5) / 400)),
      );
      t.deepEqual([...drawn], all, `${low}, log ${log}`);
      t.deepEqual(
        all.map((value) => fromUnit(range, toUnit(range, value))),
        all,
      );
      t.deepEqual(
        all.map((_, index) => valueAt(range, index)),
        all,
      );
    }
  }
});

test("a float's bounds come back to the bit, on both scales", (t) => {
  const positive = fc.double({ min: 5e-324, max: 1e308, noNaN: true });
  fc.assert(
    fc.property(positive, positive, fc.boolean(), unit, (a, b, log, u) => {
      const range = floatDistribution(Math.min(a, b), Math.max(a, b), { log });
      const { low, high } = range;
      t.is(fromUnit(range, 0), low);
      t.is(fromUnit(range, 1), high);
      const value = fromUnit(range, u) as number;
      t.true(value >= low && value <= high);
      const again = toUnit(range, value);
      t.true(again >= 0 && again <= 1, JSON.stringify([range, u, value, again]));
      if (low < high) t.deepEqual([toUnit(range, low), toUnit(range, high)], [0, 1]);
    }),
    { seed: 1 },
  );
  t.is(fromUnit(floatDistribution(0.3, 3, { log: true }), 1), 3);
  t.is(fromUnit(floatDistribution(1e-4, 1, { log: true }), 0), 1e-4);
});

test("neighbouring floats are told apart on a log scale", (t) => {
  const range = floatDistribution(1e15, 1e15 + 4, { log: true });
  const drawn = new Set(Array.from({ length: 50 }, (_, i) => fromUnit(range, (i + 0.5) / 50)));
  t.true(drawn.size > 20);
  t.true(Math.abs(toUnit(range, 1e15 + 1) - 0.25) < 1e-6);
});

test("stepped floats are exact where 15 digits are too few", (t) => {
  const valuesOf = (range: NumericDistribution): unknown[] =>
    Array.from({ length: cardinality(range) }, (_, index) => valueAt(range, index));
  t.deepEqual(valuesOf(floatDistribution(0, 0.3, { step: 0.1 })), [0, 0.1, 0.2, 0.3]);
  const large = floatDistribution(1e15, 1e15 + 1, { step: 0.25 });
  t.deepEqual(valuesOf(large), [1e15, 1e15 + 0.25, 1e15 + 0.5, 1e15 + 0.75, 1e15 + 1]);
  const small = floatDistribution(1, 1 + 8e-15, { step: 1e-15 });
  t.is(new Set(valuesOf(small)).size, cardinality(small));
});

test("what floats can't hold is refused when it is declared", (t) => {
  const refused = (run: () => unknown, message: RegExp): void => {
    t.throws(run, { name: "HpoError", message });
  };
  refused(() => floatDistribution(-1e308, 1e308), /float\(-1e\+308, 1e\+308\): high − low must/);
  refused(() => intDistribution(LEAST, MOST), /high − low must be at most 9007199254740991/);
  refused(() => intDistribution(0, 2 ** 53), /high=9007199254740992/);
  refused(
    () => intDistribution(0, 2 ** 60),
    /^int\(0, 1152921504606846976\): high=1152921504606846976 must be an integer/,
  );
  refused(() => floatDistribution(0, 1, { step: 1e-17 }), /step=1e-17 is too small/);
  refused(() => floatDistribution(1e16, 1e16 + 10, { step: 0.5 }), /step=0.5 is too small/);
  t.notThrows(() => floatDistribution(-8e307, 8e307));
  t.notThrows(() => intDistribution(0, MOST));
});
