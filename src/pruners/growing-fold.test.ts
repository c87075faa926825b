import test from "ava";
import { growingFold } from "./growing-fold.ts";
import { isFirstInInterval } from "./interval.ts";
import { collect, leastOf, leastOfLast } from "./reported-values.ts";

const reportsOf = (...values: readonly number[]) => values.map((value, step) => ({ step, value }));

test("a fold adds each report of a growing array once, in order", (t) => {
  const added: number[] = [];
  const sumOf = growingFold(
    () => 0,
    (sum, { value }, index) => {
      added.push(index);
      return sum + value;
    },
  );
  const reports = reportsOf(1, 2);
  t.is(sumOf(reports), 3);
  t.is(sumOf(reports), 3);
  reports.push({ step: 2, value: 4 });
  t.is(sumOf(reports), 7);
  t.deepEqual(added, [0, 1, 2]);
});

test("… begins anew where the array has become shorter, and for another array", (t) => {
  const sumOf = growingFold(
    () => 0,
    (sum, { value }) => sum + value,
  );
  const reports = reportsOf(1, 2, 4);
  t.is(sumOf(reports), 7);
  reports.length = 2;
  t.is(sumOf(reports), 3);
  t.is(sumOf(reportsOf(8)), 8);
  t.is(sumOf([]), 0);
});

test("the least value counts no NaN, and there is none without another value", (t) => {
  t.is(leastOf([]), undefined);
  t.is(leastOf(reportsOf(NaN)), undefined);
  t.is(leastOf(reportsOf(NaN, 3, 2, NaN, 5)), 2);
});

test("the least of the last three forgets what lies further back", (t) => {
  const leasts = (...values: readonly number[]) => {
    const least = leastOfLast(3);
    const reports = reportsOf();
    return values.map((value, step) => {
      reports.push({ step, value });
      return least(reports);
    });
  };
  t.deepEqual(leasts(1, 5, 4, 6, 7), [1, 1, 1, 4, 4]);
  t.deepEqual(leasts(3, 3, 4, 5, 6), [3, 3, 3, 3, 4]);
  t.deepEqual(leasts(NaN, 2, NaN, NaN, NaN), [undefined, 2, 2, 2, undefined]);
});

test("the first report of an interval is the first at its start or behind it", (t) => {
  const isFirst = (...steps: readonly number[]): boolean =>
    isFirstInInterval(
      steps.map((step) => ({ step, value: 0 })),
      2,
      5,
    );
  // The intervals start at 2, 7, 12, …
  t.true(isFirst(2));
  t.true(isFirst(4));
  t.true(isFirst(1, 2));
  t.false(isFirst(2, 6));
  t.true(isFirst(6, 7));
  t.false(isFirst(7, 11));
  t.true(isFirst(6, 13));
});

test("without a warm-up the first report of all is the first of its interval, at step 0 as well", (t) => {
  t.true(isFirstInInterval([{ step: 0, value: 1 }], 0, 1));
  t.true(isFirstInInterval([{ step: 0, value: 1 }], 0, 5));
});

test("reports are put among those of their step, ascending, without NaN", (t) => {
  const valuesAt = new Map<number, number[]>();
  for (const value of [2, NaN, 3, 1]) collect(valuesAt, { step: 4, value });
  collect(valuesAt, { step: 5, value: 0 });
  collect(valuesAt, { step: 6, value: NaN });
  t.deepEqual(
    [...valuesAt],
    [
      [4, [1, 2, 3]],
      [5, [0]],
    ],
  );
});
