import test from "ava";
import { categorical, float, int, searchSpace } from "../space/index.ts";
import { domainOf } from "./domain.ts";

test("a space of floats without steps and conditions is the cube itself; each other kind is snapped", (t) => {
  const plain = domainOf(searchSpace({ x: float(0, 1), y: float(1e-3, 1, { log: true }) }));
  t.true(plain.plain);
  const u = Float64Array.of(0.123, 0.456);
  t.is(plain.project(u), u);
  const kinds = {
    stepped: searchSpace({ x: float(0, 1, { step: 0.5 }) }),
    whole: searchSpace({ n: int(1, 3) }),
    chosen: searchSpace({ c: categorical(["a", "b", "c"]) }),
  };
  for (const [kind, space] of Object.entries(kinds)) {
    const domain = domainOf(space);
    t.false(domain.plain, kind);
    t.deepEqual([...domain.project(Float64Array.of(0.4))], [0.5], kind);
  }
  const gated = domainOf(searchSpace({ x: float(0, 1), y: float(0, 1).when("x", { gte: 0.5 }) }));
  t.false(gated.plain);
  t.deepEqual([...gated.project(Float64Array.of(0.25, 0.75))], [0.25, NaN]);
});

test("up to 24 values are searched one by one, as all choices are; finer ones by gradient", (t) => {
  const { levels, dimension } = domainOf(
    searchSpace({
      few: int(1, 24),
      many: int(1, 25),
      x: float(0, 1),
      choices: categorical(Array.from({ length: 30 }, (_, i) => i)),
      fixed: float(0.5, 0.5),
    }),
  );
  t.is(dimension, 5);
  t.deepEqual(
    levels.map((level) => level?.length),
    [24, undefined, undefined, 30, 1],
  );
  t.true(levels[0]!.every((u, i) => Math.abs(u - (i + 0.5) / 24) < 1e-12));
});
