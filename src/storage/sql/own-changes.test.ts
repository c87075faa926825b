import test from "ava";
import { ownChanges } from "./own-changes.ts";

test("a reader learns which trials of its study changed since it looked", (t) => {
  const changes = ownChanges();
  t.is(changes.count(1), 0);
  t.deepEqual([...changes.since(1, 0)], []);
  changes.add(1, [7, 8]);
  changes.add(2, [9]);
  const seen = changes.count(1);
  t.is(seen, 2);
  changes.add(1, [8, 10]);
  t.deepEqual([...changes.since(1, seen)], [8, 10]);
  t.deepEqual([...changes.since(1, 0)], [7, 8, 10]);
  t.is(changes.count(2), 1);
});

test("attributes are counted for each study, deletions for all", (t) => {
  const changes = ownChanges();
  t.deepEqual([changes.attributes(1), changes.deletions()], [0, 0]);
  changes.addAttributes(1);
  changes.addAttributes(1);
  changes.addAttributes(2);
  changes.forget();
  t.deepEqual([changes.attributes(1), changes.attributes(2), changes.deletions()], [2, 1, 1]);
});
