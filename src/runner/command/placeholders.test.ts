import test from "ava";
import { categorical, float, int, searchSpace } from "../../space/index.ts";
import { isFlag, isOn } from "./placeholders.ts";

test("a piece is there for what programs call true, and not for what they call false", (t) => {
  for (const value of [true, 1, "1", "True", "TRUE"]) t.true(isOn(value), String(value));
  for (const value of [false, 0, "0", "False", null]) t.false(isOn(value), String(value));
  for (const value of [2, -1, 0.5, "yes", ""]) t.is(isOn(value), undefined, String(value));
});

test("a parameter may be asked for where each of its values is true or false", (t) => {
  const space = searchSpace({
    ...{ bool: categorical([true, false]), words: categorical(["true", "False"]) },
    ...{ bit: int(0, 1), step: float(0, 1, { step: 1 }), always: float(1, 1) },
    ...{
      some: categorical([true, "auto"]),
      count: int(0, 2),
      below: int(-1, 1),
      share: float(0, 1),
    },
  });
  const flags = space.parameters.filter(({ distribution }) => isFlag(distribution));
  t.deepEqual(
    flags.map(({ name }) => name),
    ["bool", "words", "bit", "step", "always"],
  );
});
