import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { categorical, float, searchSpace, type Params } from "../../space/index.ts";
import { tableOf, withDraws } from "./table.ts";

const space = searchSpace({
  x: float(0, 10),
  kind: categorical(["a", "b", "c"]),
  only: float(0, 1).when("kind", ["a", "c"]),
});
const params: readonly Params[] = [
  { x: 5, kind: "a", only: 0.25 },
  { kind: "b" },
  { x: 10, kind: "a" },
  { x: 0, kind: "gone" },
];
const table = tableOf(space, params, Float64Array.of(1, 2, 3, 4));

test("trials stand column by column on their parameters' scales, choices by their index", (t) => {
  t.deepEqual([table.n, table.d], [4, 3]);
  t.deepEqual([...table.x], [0.5, NaN, 1, 0, 0, 1, 0, NaN, 0.25, NaN, NaN, NaN]);
  t.deepEqual(table.categories, [0, 3, 0]);
  t.deepEqual(table.gates, [undefined, undefined, { parent: 1, categories: [0, 2] }]);
});

test("a value that is lacking where its parameter exists is drawn, one that does not exist is not", (t) => {
  t.deepEqual(table.unknown, [1, 7, 10]);
  for (let seed = 0; seed < 20; seed++) {
    const { x } = withDraws(table, createRng(seed));
    t.true([1, 10].every((cell) => x[cell] >= 0 && x[cell] < 1));
    t.true([0, 1, 2].includes(x[7]));
    const rest = [...x.keys()].filter((cell) => !table.unknown.includes(cell));
    t.deepEqual(
      rest.map((cell) => x[cell]),
      rest.map((cell) => table.x[cell]),
    );
  }
  const kinds = Array.from({ length: 60 }, (_, seed) => withDraws(table, createRng(seed)).x[7]);
  t.is(new Set(kinds).size, 3);
});
