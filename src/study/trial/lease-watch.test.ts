import test from "ava";
import { LeaseWatch } from "./lease-watch.ts";

const lease = { attempt: 0, id: "l", worker: "w", host: "h", since: "" };
const signs = (mark: string, ageMs?: number) =>
  new Map([["w", { mark, ...(ageMs !== undefined && { ageMs }) }]]);

test("a worker is not judged by a sign that was read long ago", (t) => {
  for (const ageMs of [0, undefined]) {
    const watch = new LeaseWatch();
    t.true(watch.isDue(["w"], 0));
    watch.update(["w"], signs("1", ageMs), 0);
    t.true(watch.holdsMs(lease, 59_000) > 0);
    // The worker held no trial for two minutes, so nobody read its heartbeats; then it has one.
    t.false(watch.isDue([], 60_000));
    t.false(watch.isOver(lease));
    t.true(watch.isDue(["w"], 120_000));
    watch.update(["w"], signs("2", ageMs), 120_000);
    t.false(watch.isOver(lease));
  }
});

test("one that stays silent while it is looked at is free once its lease is over", (t) => {
  const watch = new LeaseWatch();
  for (let now = 0; now <= 60_000; now += 20_000) watch.update(["w"], signs("1"), now);
  t.true(watch.isOver(lease));
  watch.update(["w"], signs("2"), 61_000);
  t.false(watch.isOver(lease));
  watch.update(["w"], signs("2", 61_000), 62_000);
  t.true(watch.isOver(lease), "by a common clock at once");
});

test("signs are read when a lease may be over, and the time since then is held against nobody", (t) => {
  const watch = new LeaseWatch();
  watch.update(["w"], signs("1", 10_000), 0);
  t.false(watch.isDue(["w"], 49_000), "not before: nobody's lease can be over");
  t.true(watch.isDue(["w", "new"], 49_000));
  t.true(watch.isDue(["w"], 50_000));
  // This process was suspended after reading: the other one may have sent heartbeats since.
  t.false(watch.isOver(lease));
});
