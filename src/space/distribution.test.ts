import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { categorical, float, fromUnit, int, toUnit } from "./index.ts";
import { categoricalDistribution, choiceIndex, contains } from "./distribution.ts";
import { messageOf } from "./fixtures/message-of.ts";

test("a step lowers a high that is not on its grid", (t) => {
  t.like(float(0, 1, { step: 0.3 }).distribution, { high: 0.9 });
  t.like(int(0, 10, { step: 3 }).distribution, { high: 9 });
  t.like(float(0, 1, { step: 0.1 }).distribution, { high: 1 });
});

test("impossible distributions are refused, naming input, value and remedy", (t) => {
  t.regex(
    messageOf(() => float(1, 10, { log: true, step: 1 })),
    /step=1 exclude/,
  );
  t.regex(
    messageOf(() => float(2, 1)),
    /low=2 lies above high=1\. Swap/,
  );
  t.regex(
    messageOf(() => float(0, 1, { log: true })),
    /needs low > 0, got low=0\. Raise low/,
  );
  t.regex(
    messageOf(() => int(0, 5, { log: true })),
    /needs low ≥ 1, got low=0/,
  );
  t.regex(
    messageOf(() => int(1, 8, { log: true, step: 2 })),
    /step=2 exclude/,
  );
  t.regex(
    messageOf(() => int(0.5, 8)),
    /low=0.5 must be an integer/,
  );
  t.regex(
    messageOf(() => categorical([])),
    /at least one choice/,
  );
  t.regex(
    messageOf(() => categorical(["a", "a"])),
    /"a" is given twice/,
  );
  t.regex(
    messageOf(() => categorical([NaN])),
    /NaN is no string, finite number/,
  );
  t.regex(
    messageOf(() => float(NaN, 1)),
    /low=NaN must be a finite number/,
  );
  t.regex(
    messageOf(() => float(0, 1, { step: 2 })),
    /^float\(0, 1\): step=2 is wider than the range, so that 0 would be its one value\. Lower it to 1 or/,
  );
  t.regex(
    messageOf(() => int(3, 8, { step: 6 })),
    /step=6 is wider/,
  );
  t.is(float(0.1, 0.3, { step: 0.2 }).distribution.kind, "float", "wider by rounding alone");
  t.notThrows(() => [float(1, 1, { step: 2 }), int(1, 1, { step: 2 }), int(3, 8, { step: 5 })]);
  t.regex(
    messageOf(() => float(0, 1, { step: 0 })),
    /step=0 must be a finite number > 0/,
  );
});

test("random integers are uniform", (t) => {
  const rng = createRng(0);
  const { distribution } = int(0, 4);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 5000; i++) counts[fromUnit(distribution, rng.uniform()) as number]++;
  for (const count of counts) t.true(Math.abs(count - 1000) <= 60, `${counts.join()}`);
});

test("log integers follow their logarithm", (t) => {
  const rng = createRng(1);
  const { distribution } = int(1, 1000, { log: true });
  let below = 0;
  for (let i = 0; i < 5000; i++) {
    if ((fromUnit(distribution, rng.uniform()) as number) <= 31) below++;
  }
  t.true(Math.abs(below / 5000 - 0.545) < 0.03, `${below / 5000}`);
});

test("stepped values lie on the grid exactly", (t) => {
  const rng = createRng(2);
  const { distribution } = float(0, 1, { step: 0.1 });
  const seen = new Set<unknown>();
  for (let i = 0; i < 500; i++) seen.add(fromUnit(distribution, rng.uniform()));
  t.deepEqual([...seen].sort(), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});

test("an integer's coordinate is its cell's, on the log scale too", (t) => {
  const expected = (Math.log(2) - Math.log(0.5)) / (Math.log(10.5) - Math.log(0.5));
  t.is(toUnit(int(1, 10, { log: true }).distribution, 2), expected);
  t.is(toUnit(int(0, 3).distribution, 0), 0.125);
});

test("a choice among very many is found as one among few, and what is none is not", (t) => {
  for (const count of [3, 63, 64, 500]) {
    const choices = Array.from({ length: count }, (_, i) => (i === 1 ? null : `c${i}`));
    const distribution = categoricalDistribution(choices);
    for (const i of [0, 1, 2, count - 1]) {
      t.is(choiceIndex(distribution, choices[i]), i);
      t.is(fromUnit(distribution, toUnit(distribution, choices[i])), choices[i]);
    }
    t.is(choiceIndex(distribution, "c1"), -1);
    t.false(contains(distribution, `c${count}`));
    t.is(toUnit(distribution, undefined), NaN);
  }
});
