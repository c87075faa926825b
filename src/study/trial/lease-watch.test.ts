import test from "ava";
import { LeaseWatch } from "./lease-watch.ts";

const lease = { attempt: 0, id: "l", worker: "w", host: "h", since: "" };
const signs = (mark: string, ageMs?: number) =>
  new Map([["w", { mark, ...(ageMs !== undefined && { ageMs }) }]]);

test("a worker is not judged by a sign that was read long ago", (t) => {
  for (const ageMs of [0, undefined]) {
    const watch = new LeaseWatch();
    watch.update(["w"], signs("1", ageMs), 0);
    t.true(watch.holdsMs(lease, 59_000) > 0);
    // It had nothing for two minutes, in which nobody looked at it; then it has a trial.
    watch.update([], new Map(), 60_000);
    t.true(watch.holdsMs(lease, 120_000) > 0);
    watch.update(["w"], signs("2", ageMs), 120_000);
    t.true(watch.holdsMs(lease, 120_000) > 0);
  }
});

test("one that stays silent while it is looked at is free once its lease is over", (t) => {
  const watch = new LeaseWatch();
  for (let now = 0; now <= 60_000; now += 20_000) watch.update(["w"], signs("1"), now);
  t.true(watch.holdsMs(lease, 60_000) <= 0);
  watch.update(["w"], signs("2"), 61_000);
  t.true(watch.holdsMs(lease, 61_000) > 0);
  watch.update(["w"], signs("2", 61_000), 62_000);
  t.true(watch.holdsMs(lease, 62_000) <= 0, "by a common clock at once");
});
