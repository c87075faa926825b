import test from "ava";
import { dominates, nonDominatedRanks } from "./pareto.ts";

test("ranks count the fronts above a point", (t) => {
  t.deepEqual(
    nonDominatedRanks([
      [10, 30],
      [10, 10],
      [20, 20],
      [30, 10],
      [15, 15],
    ]),
    [1, 0, 2, 1, 1],
  );
  t.deepEqual(nonDominatedRanks([]), []);
});

test("equal points do not dominate each other", (t) => {
  t.false(dominates([1, 2], [1, 2]));
  t.deepEqual(
    nonDominatedRanks([
      [1, 2],
      [1, 2],
    ]),
    [0, 0],
  );
  t.deepEqual(
    nonDominatedRanks([
      [1, 2],
      [2, 1],
      [1, 2],
      [2, 2],
    ]),
    [0, 0, 0, 1],
  );
});
