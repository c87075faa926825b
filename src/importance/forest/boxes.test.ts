import test from "ava";
import { boxShape, boxSumOf, cubeAsBox, edge, sharedEdge, wordCount } from "./boxes.ts";

// A number, a choice that fills a word, one that needs a second word for one category.
const shape = boxShape([0, 32, 33]);

test("a choice's set has a bit for each category, 32 to a word", (t) => {
  t.deepEqual([0, 1, 32, 33, 64, 65].map(wordCount), [0, 1, 1, 2, 2, 3]);
  t.like(shape, { d: 3, wordsFrom: [0, 0, 1], words: 3 });
});

test("the cube holds every value of every parameter", (t) => {
  const cube = cubeAsBox(shape, 2);
  t.is(cube.count, 1);
  t.deepEqual(
    [0, 1, 2].map((i) => edge(cube, 0, i)),
    [1, 1, 1],
  );
  t.deepEqual([...cube.high], [1, 1, 1, 0, 0, 0]);
});

test("boxes share what lies in both, and nothing where they only touch or are apart", (t) => {
  const boxes = cubeAsBox(boxShape([33, 0]), 3);
  // [0, ¼], [¼, 1] and [⅛, ½]; of the categories the first two, the others, and the second and the last.
  boxes.low.set([0, 0, 0, 0.25, 0, 0.125]);
  boxes.high.set([1, 0.25, 1, 1, 1, 0.5]);
  boxes.sets.set([0b11, 0, ~0b11, 1, 0b10, 1]);
  const shared = (a: number, b: number) => [1, 0].map((i) => sharedEdge(boxes, a, boxes, b, i));
  t.deepEqual(shared(0, 0), [0.25, 2 / 33]);
  t.deepEqual(shared(1, 1), [0.75, 31 / 33]);
  t.deepEqual(shared(0, 1), [0, 0]);
  t.deepEqual(shared(0, 2), [0.125, 1 / 33]);
  t.deepEqual(shared(2, 1), [0.25, 1 / 33]);
});

test("a sum of functions has all of their boxes, one of none has none", (t) => {
  const one = cubeAsBox(shape, 1);
  one.value[0] = 3;
  const other = { ...cubeAsBox(shape, 2), count: 2 };
  other.low.fill(0.5, 3, 4);
  other.high.fill(1, 3);
  other.value.set([5, 7]);
  const sum = boxSumOf(shape, [one, other]);
  t.is(sum.count, 3);
  t.deepEqual([...sum.value], [3, 5, 7]);
  t.deepEqual(
    [0, 1, 2].map((box) => edge(sum, box, 0)),
    [1, 1, 0.5],
  );
  t.deepEqual(
    [0, 1, 2].map((box) => edge(sum, box, 2)),
    [1, 1, 0],
  );
  t.is(boxSumOf(shape, []).count, 0);
});
