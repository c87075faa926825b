import test from "ava";
import type { CompleteTrial, FinishedTrial } from "../../contracts/trial.ts";
import { searchSpace } from "../../space/index.ts";
import { maxTrials, noImprovement, targetValue, timeBudget } from "./stop-rules.ts";

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

test("a clock that was set back while a trial ran takes nothing from what the others took", (t) => {
  const rule = timeBudget(10);
  const finished = [trial(0, 9), trial(1, -5), trial(2, 1)];
  t.regex(rule({ directions: ["minimize"], space: searchSpace({}), finished }) ?? "", /10 seconds/);
});

test("a budget of seconds is that of all finished trials, of each study by itself", (t) => {
  const rule = timeBudget(10);
  const directions = ["minimize"] as const;
  const space = searchSpace({});
  const one = [trial(0, 6), trial(1), trial(2, 3.999)];
  const other = [trial(0, 9)];
  t.is(rule({ directions, space, finished: [] }), undefined);
  t.is(rule({ directions, space, finished: one }), undefined);
  t.is(rule({ directions, space, finished: other }), undefined);
  one.push(trial(3, 0.001));
  t.regex(rule({ directions, space, finished: one }) ?? "", /took the 10 seconds/);
  t.is(rule({ directions, space, finished: other }), undefined);
  for (const seconds of [0, -1, NaN, Infinity]) {
    t.throws(() => timeBudget(seconds), { message: /must be a finite number > 0/ });
  }
});

test("a count of trials is an integer of 1 or more, a target finite", (t) => {
  for (const count of [0, -1, 1.5, NaN]) {
    t.throws(() => noImprovement(count), { message: /noImprovement: count=.* must be an integer/ });
    t.throws(() => maxTrials(count), { message: /maxTrials: count=.* must be an integer/ });
  }
  for (const target of [NaN, Infinity]) {
    t.throws(() => targetValue(target), { message: /targetValue: target=.* must be/ });
  }
  t.notThrows(() => [noImprovement(1), maxTrials(1), targetValue(-1)]);
});

test("so many trials in a row without a new best are enough, the best itself not counted", (t) => {
  const space = searchSpace({});
  const best = trial(1) as CompleteTrial;
  const after = (count: number) => {
    const finished = [0, 1, 2, 3, 4].slice(0, count).map((number) => trial(number));
    return noImprovement(2)({ directions: ["minimize"], space, finished, best });
  };
  t.deepEqual([1, 2, 3].map(after), [undefined, undefined, undefined]);
  t.regex(after(4) ?? "", /^2 trials in a row brought no improvement$/);
  const none = { directions: ["minimize"], space, finished: [trial(0), trial(1)] } as const;
  t.is(noImprovement(1)(none), undefined, "without any result it goes on");
  t.throws(() => noImprovement(1)({ ...none, directions: ["minimize", "minimize"] }), {
    message: /noImprovement: the study has 2 metrics/,
  });
});

test("a target is reached by a value as good as it, in the study's direction", (t) => {
  const space = searchSpace({});
  const reached = (direction: "minimize" | "maximize", target: number) =>
    targetValue(target)({
      ...{ directions: [direction], space, finished: [], best: trial(3) as CompleteTrial },
    }) !== undefined;
  t.deepEqual([2, 3, 4].map((target) => reached("minimize", target)), [false, true, true]); // prettier-ignore
  t.deepEqual([2, 3, 4].map((target) => reached("maximize", target)), [true, true, false]); // prettier-ignore
});

test("so many finished trials are enough", (t) => {
  const finished = [0, 1, 2].map((number) => trial(number));
  const progress = { directions: ["minimize"], space: searchSpace({}) } as const;
  t.is(maxTrials(3)({ ...progress, finished: finished.slice(1) }), undefined);
  t.truthy(maxTrials(3)({ ...progress, finished }));
});
