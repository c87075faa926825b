import test from "ava";
import type { Rng } from "../../src/numerics/rng.ts";
import { categorical, float, searchSpace } from "../../src/space/index.ts";
import { densityTable, independentPrior } from "../../src/space/prior.ts";
import { drawChoice, firstProbabilities, learnChoices } from "./choices.ts";

const isNear = (actual: Float64Array, expected: readonly number[]): boolean =>
  actual.length === expected.length && actual.every((q, k) => Math.abs(q - expected[k]) < 1e-12);

test("the probabilities go three tenths of the way to the winners' weighted frequencies", (t) => {
  const even = new Float64Array(3).fill(1 / 3);
  learnChoices(even, [0, 1, 0], [0.5, 0.3, 0.2], 50);
  t.true(isNear(even, [1 / 3 + 0.3 * (0.7 - 1 / 3), 1 / 3 + 0.3 * (0.3 - 1 / 3), 0.7 / 3]));
});

test("winners without the parameter leave the others less to say, and all of them nothing", (t) => {
  const q = Float64Array.of(0.5, 0.5);
  learnChoices(q, [-1, 0, -1], [0.5, 0.3, 0.2], 50);
  t.true(isNear(q, [0.5 + 0.3 * 0.3 * 0.5, 0.5 - 0.3 * 0.3 * 0.5]));
  const kept = Float64Array.of(0.999, 0.001);
  learnChoices(kept, [-1, -1], [0.5, 0.5], 1);
  t.deepEqual([...kept], [0.999, 0.001]);
});

test("however often one choice wins, all the likeliest come together with a probability of 0.73", (t) => {
  for (const count of [1, 2, 5]) {
    for (const size of [2, 3, 10]) {
      const q = new Float64Array(size).fill(1 / size);
      for (let generation = 0; generation < 200; generation++) learnChoices(q, [1], [1], count);
      t.true(Math.abs(q[1] ** count - 0.73) < 1e-9, `${count} parameters of ${size} choices`);
      t.true(q.every((share, k) => k === 1 || Math.abs(share - (1 - q[1]) / (size - 1)) < 1e-12));
    }
  }
  const only = Float64Array.of(1);
  learnChoices(only, [0], [1], 1);
  t.deepEqual([...only], [1]);
});

test("what the rarest are given is taken from the others by what they have above the least", (t) => {
  const q = Float64Array.of(0.7, 0.3, 0);
  const least = 0.27 / 2;
  // Of the frequencies themselves nothing is learned.
  learnChoices(q, [0, 1], [0.7, 0.3], 1);
  const [first, second] = [0.7 - least, 0.3 - least];
  t.true(
    isNear(q, [
      0.7 - (least * first) / (first + second),
      0.3 - (least * second) / (first + second),
      least,
    ]),
  );
});

test("a choice comes as often as its probability says", (t) => {
  const q = Float64Array.of(0.25, 0.5, 0.25);
  const at = (uniform: number) => drawChoice(q, { uniform: () => uniform } as Rng);
  t.deepEqual([0, 0.24, 0.25, 0.74, 0.75, 1 - 2 ** -53].map(at), [0, 0, 1, 1, 2, 2]);
  // Rounding may leave the sum below what is drawn.
  t.is(drawChoice(Float64Array.of(0.1, 0.2), { uniform: () => 0.9 } as Rng), 1);
});

test("a prior gives the first probabilities, a hundredth of them evenly spread", (t) => {
  const space = searchSpace({ x: float(0, 1), kind: categorical(["a", "b", "c", "d"]) });
  t.deepEqual(firstProbabilities(space, [1], undefined), [Float64Array.of(0.25, 0.25, 0.25, 0.25)]);
  // A fifth of a prior is even: "a" has 0.05 of it, and 0.8 beside.
  const prior = independentPrior([
    densityTable(() => 1),
    densityTable((unit) => (unit < 0.25 ? 1 : 0)),
  ]);
  const [q] = firstProbabilities(space, [1], prior);
  const expected = [0.85, 0.05, 0.05, 0.05].map((share) => 0.0025 + 0.99 * share);
  t.true(
    q.every((share, k) => Math.abs(share - expected[k]) < 0.005),
    [...q].join(" "),
  );
  t.true(Math.abs(q.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
});
