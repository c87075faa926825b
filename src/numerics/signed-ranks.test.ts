import test from "ava";
import { signedRanks } from "./signed-ranks.ts";

const repeat = (value: number, count: number): number[] =>
  Array.from({ length: count }, () => value);

// scipy 1.17: wilcoxon(d, alternative="greater", zero_method="zsplit").pvalue
const cases: readonly (readonly [string, readonly number[], number])[] = [
  ["exact", [1, 2, 3, -4, 5], 0.21875],
  ["exact with ties and a zero", [1, 1, -1, 2, 0], 0.25],
  ["zeros alone", [0, 0, 0], 1],
  ["more zeros", repeat(0, 20), 0.5],
  ["normal, for ties", [...repeat(0.5, 14), 0, 0, -1], 0.0016422679921701314],
  [
    "normal, for many",
    Array.from({ length: 51 }, (_, i) => (i % 3 === 1 ? -1 : 1) * (i + 1)),
    0.01915435860322356,
  ],
];

for (const [name, differences, p] of cases) {
  test(`p-values are scipy's: ${name}`, (t) => {
    const test = signedRanks();
    for (const difference of differences) test.add(difference);
    const actual = test.greater();
    t.true(Math.abs(actual - p) <= 1e-12 * p, `${actual} is not ${p}`);
  });
}
