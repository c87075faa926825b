import test from "ava";
import { refitSchedule } from "./refit-schedule.ts";

test("the size of the last fit does not depend on what was asked before", (t) => {
  const asked = refitSchedule(10);
  for (let n = 10; n <= 700; n++) {
    asked.lastRefit(n);
    t.is(refitSchedule(10).lastRefit(n), asked.lastRefit(n));
  }
});

test("fits become rarer, and never lag more than 25 trials", (t) => {
  const schedule = refitSchedule(10);
  t.is(schedule.lastRefit(29), 29);
  for (let n = 10; n <= 900; n++) {
    const r = schedule.lastRefit(n);
    t.true(r <= n && n - r < 25);
    t.is(schedule.lastRefit(r), r);
  }
});

test("a long history needs two dozen fits, not all of them", (t) => {
  const schedule = refitSchedule(10);
  let fits = 0;
  for (let size: number | undefined = schedule.lastRefit(1000); size !== undefined; fits++) {
    const anchor = schedule.anchorBelow(size);
    t.true(anchor === undefined || anchor < size);
    size = anchor;
  }
  t.true(fits > 5 && fits < 30, `${fits} fits`);
});

test("every third fit is one of the fits", (t) => {
  const schedule = refitSchedule(10);
  for (let n = 10; n < 300; n++) {
    const third = schedule.lastRefit(n, 3);
    t.is(schedule.lastRefit(third), third);
  }
});
