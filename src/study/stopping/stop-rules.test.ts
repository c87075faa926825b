import test from "ava";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { searchSpace } from "../../space/index.ts";
import { timeBudget } from "./stop-rules.ts";

const trial = (number: number, seconds?: number): FinishedTrial => ({
  number,
  state: "complete",
  params: {},
  distributions: {},
  values: [number],
  reports: [],
  userAttrs: {},
  systemAttrs: {},
  ...(seconds !== undefined && {
    startedAt: new Date(1e6),
    completedAt: new Date(1e6 + 1000 * seconds),
  }),
});

test("a budget of seconds is that of all finished trials, of each study by itself", (t) => {
  const rule = timeBudget(10);
  const directions = ["minimize"] as const;
  const space = searchSpace({});
  const one = [trial(0, 6), trial(1), trial(2, 3)];
  const other = [trial(0, 9)];
  t.is(rule({ directions, space, finished: [] }), undefined);
  t.is(rule({ directions, space, finished: one }), undefined);
  t.is(rule({ directions, space, finished: other }), undefined);
  one.push(trial(3, 1));
  t.regex(rule({ directions, space, finished: one }) ?? "", /took the 10 seconds/);
  t.is(rule({ directions, space, finished: other }), undefined);
  for (const seconds of [0, -1, NaN, Infinity]) {
    t.throws(() => timeBudget(seconds), { message: /must be a finite number > 0/ });
  }
});
