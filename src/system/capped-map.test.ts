import test from "ava";
import { CappedMap } from "./capped-map.ts";

test("what is put is known until there is no more room, and then only what comes after", (t) => {
  const map = new CappedMap<string, number>(2);
  t.is(map.get("a"), undefined);
  t.is(map.put("a", 1), 1);
  map.put("b", 2);
  t.deepEqual([map.get("a"), map.get("b")], [1, 2]);
  map.put("c", 3);
  t.deepEqual([map.get("a"), map.get("b"), map.get("c")], [undefined, undefined, 3]);
});
