import test from "ava";
import { intDistribution } from "./distribution.ts";
import { foreignDistribution, foreignParameter } from "./foreign-distribution.ts";

const read = (name: string, attributes: object) =>
  foreignDistribution({ name, attributes }, "as it stood", "why not");
const foreign = { json: "as it stood", why: "why not" };

test("what another library wrote is kept as it is, and said not to be drawn from", (t) => {
  const range = { low: 1, high: 2 ** 60, log: false };
  t.deepEqual(read("IntDistribution", range) as object, {
    kind: "int",
    ...range,
    step: 1,
    foreign,
  });
  t.like(read("IntDistribution", { ...range, step: 3, log: true }), { step: 3, log: true });
  t.deepEqual(read("FloatDistribution", range) as object, { kind: "float", ...range, foreign });
  t.like(read("FloatDistribution", { ...range, step: 0.5 }), { kind: "float", step: 0.5 });
  const choices = [[1, 2], { a: 1 }];
  const categorical = read("CategoricalDistribution", { choices });
  t.deepEqual(categorical as object, { kind: "categorical", choices, foreign });
  for (const wrong of [{ choices: "abc" }, { low: 1 }, { low: "1", high: 2 }]) {
    for (const name of ["CategoricalDistribution", "IntDistribution", "FloatDistribution"]) {
      t.is(read(name, wrong), undefined);
    }
  }
  t.is(read("UniformDistribution", range), undefined);
  t.is(foreignDistribution(null, "null", "why not"), undefined);
  t.deepEqual(foreignParameter({ n: intDistribution(1, 2), kind: categorical! }), {
    name: "kind",
    why: "why not",
  });
  t.is(foreignParameter({ n: intDistribution(1, 2) }), undefined);
});
