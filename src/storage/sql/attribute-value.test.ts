import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { attributeReader } from "./attribute-value.ts";

test("what all trials of a process have alike is one object, which nobody can change", (t) => {
  const read = attributeReader();
  const runner = '{"host": {"name": "a"}, "pids": [1, 2]}';
  const one = read(runner, ATTRIBUTE.runner, "trial 0") as { host: object; pids: number[] };
  t.is(read(runner, ATTRIBUTE.runner, "trial 1"), one);
  t.deepEqual(one, { host: { name: "a" }, pids: [1, 2] } as never);
  t.true([one, one.host, one.pids].every(Object.isFrozen));
  t.not(read('{"host": {}}', ATTRIBUTE.runner, "trial 2"), one);
});

test("any other attribute is each trial's own", (t) => {
  const read = attributeReader();
  const own = read("[1]", "mine", "trial 0") as number[];
  t.not(read("[1]", "mine", "trial 1"), own);
  own.push(2);
  t.deepEqual(read("[1]", "mine", "trial 1"), [1]);
});
