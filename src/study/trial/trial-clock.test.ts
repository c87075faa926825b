import test from "ava";
import { durationOf } from "../../export/table.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { createStudy } from "../open-study.ts";
import { endAfter, TrialClock } from "./trial-clock.ts";

const HOUR_MS = 3_600_000;
const RealDate = Date;

/** Sets the clock of the day by so much, for this thread. */
function shiftClock(ms: number): void {
  globalThis.Date = class extends RealDate {
    constructor(...given: []) {
      super(...((given.length === 0 ? [RealDate.now() + ms] : given) as []));
    }
    static override now(): number {
      return RealDate.now() + ms;
    }
  } as DateConstructor;
}

test.serial.afterEach.always(() => {
  globalThis.Date = RealDate;
});

for (const [how, ms] of [
  ["back", -HOUR_MS],
  ["forward", HOUR_MS],
] as const) {
  test.serial(`a clock that is set ${how} in a trial changes no duration`, async (t) => {
    const study = await createStudy({ name: "clock" });
    const objective = ({ number }: { number: number }) => {
      if (number === 1) shiftClock(ms);
      return 1;
    };
    await study.optimize(objective, { trials: 3 });
    for (const trial of study.trials() as FinishedTrial[]) {
      const duration = durationOf(trial)!;
      t.true(duration >= 0 && duration < HOUR_MS, `${trial.number}: ${duration}`);
    }
  });
}

test.serial("a clock that was set back between processes does so neither", (t) => {
  const startedAt = new Date(Date.now() + HOUR_MS);
  t.true(new TrialClock(startedAt).endTimes().completedAt >= startedAt);
  t.deepEqual(endAfter(startedAt), startedAt);
  t.true(endAfter(undefined).getTime() <= Date.now());
});

test("a trial that ends ends now, and not later", (t) => {
  for (const age of [0, HOUR_MS]) {
    const { lateStart, completedAt } = new TrialClock(new Date(Date.now() - age)).endTimes();
    t.true(completedAt.getTime() <= Date.now() + 1, String(completedAt));
    t.is(lateStart !== undefined, age > 0, "one that waited began when it was first seen");
    if (lateStart) t.true(lateStart <= completedAt);
  }
});

test("a trial that ran on another machine lasted as long as that one says", (t) => {
  // Given out an hour ago by a coordinator before this one.
  const clock = new TrialClock(new Date(Date.now() - HOUR_MS));
  clock.ranFor(1000);
  const { lateStart, completedAt } = clock.endTimes();
  const lasted = completedAt.getTime() - lateStart!.getTime();
  t.true(lasted >= 1000 && lasted < HOUR_MS / 2, `${lasted} ms`);
});

test("stored times of which the end is before the start are no duration", (t) => {
  const times = { startedAt: new Date(HOUR_MS), completedAt: new Date(0) };
  const trial = { state: "complete", number: 0, values: [1], reports: [], params: {}, ...times };
  t.is(durationOf(trial as unknown as FinishedTrial), undefined);
});
