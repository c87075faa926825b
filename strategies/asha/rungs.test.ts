import test from "ava";
import {
  firstTrusted,
  insertEntry,
  keepWhole,
  rungsUpTo,
  type Entry,
  type Whole,
} from "./rungs.ts";

const stepsUpTo = (last: number, minSteps: number, eta: number): number[] =>
  rungsUpTo(last, { minSteps, eta }).map(({ step }) => step);
const entry = (value: number, number: number): Entry => ({
  value,
  number,
  params: {},
  stands: true,
});

test("rungs stand at powers of η below the last step, each step once", (t) => {
  t.deepEqual(stepsUpTo(27, 1, 3), [1, 3, 9]);
  t.deepEqual(stepsUpTo(28, 1, 3), [1, 3, 9, 27]);
  t.deepEqual(stepsUpTo(5, 5, 2), []);
  t.deepEqual(stepsUpTo(5, 1, 1.3), [1, 2, 3, 4]);
});

test("entries stand best first, equals by age, and NaN among the diverged", (t) => {
  const entries: Entry[] = [];
  [2, NaN, 1, 2, Infinity, 0, 2].forEach((value, number) =>
    insertEntry(entries, entry(value, number)),
  );
  t.deepEqual(
    entries.map(({ number }) => number),
    [5, 2, 0, 3, 6, 1, 4],
  );
});

test("of the whole trainings the 64 best are kept, best first", (t) => {
  const wholes: Whole[] = [];
  for (let k = 65; k > 0; k--) {
    keepWhole(wholes, { final: k, path: [] });
    t.is(wholes.length, Math.min(64, 66 - k));
  }
  t.is(wholes[0].final, 1);
  t.is(wholes[63].final, 64);
});

/** A rung with the values 0, 1, … of so many. */
const rung = (step: number, count: number) => ({
  step,
  entries: Array.from({ length: count }, (_, k) => entry(k, k)),
});
/** Came out best, from the given place at the first rung; and one that the rung would have let pass. */
const wholes = (at: number, other: number): Whole[] => [
  { final: 1, path: [at] },
  { final: 2, path: [other] },
];

test("a rung is not trusted while it set the best training among the worse and let a worse one pass", (t) => {
  const trusted = (at: number, other: number, count = 9): number =>
    firstTrusted([rung(1, count), rung(3, 0)], wholes(at, other), 3);
  // Of nine the third is let pass, and the fifth is in the middle.
  t.is(trusted(5, 2), 1);
  t.is(trusted(4, 2), 0);
  t.is(trusted(5, 3), 0);
  // Eight tell nothing.
  t.is(trusted(7, 0, 8), 0);
});

test("the lowest trusted rung stands above all that are not; without trainings all are trusted", (t) => {
  const rungs = [rung(1, 9), rung(3, 9), rung(9, 9)];
  const misjudgedAt = (first: number, second: number, third: number): Whole[] => [
    { final: 1, path: [first, second, third] },
    { final: 2, path: [0, 0, 0] },
  ];
  t.is(firstTrusted(rungs, misjudgedAt(8, 0, 0), 3), 1);
  t.is(firstTrusted(rungs, misjudgedAt(8, 8, 0), 3), 2);
  t.is(firstTrusted(rungs, misjudgedAt(0, 0, 8), 3), 3);
  t.is(firstTrusted(rungs, [], 3), 0);
  // A training that never came to the rung says nothing of it.
  t.is(firstTrusted(rungs, wholes(0, 0), 3), 0);
});
