import test from "ava";
import type { CompleteTrial, FinishedTrial } from "../../contracts/trial.ts";
import { searchSpace } from "../../space/index.ts";
import { stopRulesOf } from "./named-rules.ts";
import {
  maxTrials,
  noImprovement,
  refuseSeveralMetrics,
  targetValue,
  timeBudget,
  type Progress,
} from "./stop-rules.ts";
import { studyLimit, type LimitedStudy } from "./study-limit.ts";
import { stopOf } from "./study-stop.ts";

const space = searchSpace({});
const complete = (number: number, value = number, ms?: number | "unknown"): CompleteTrial => ({
  ...{ number, state: "complete", params: {}, distributions: {}, values: [value] },
  ...{ reports: [], userAttrs: {}, systemAttrs: {} },
  ...(ms !== undefined && { startedAt: new Date(1000) }),
  ...(typeof ms === "number" && { completedAt: new Date(1000 + ms) }),
});
const progress = (finished: readonly FinishedTrial[], best?: CompleteTrial): Progress => ({
  ...{ directions: ["minimize"], space, finished },
  ...(best && { best }),
});
const study = (more: Partial<LimitedStudy> = {}): LimitedStudy => ({
  ...{ directions: ["minimize"], space, finished: [], bestTrials: [], occupied: 0, ...more },
});

test("each rule is met from its limit on, and says what was reached", (t) => {
  const trials = [0, 1, 2, 3, 4].map((number) => complete(number, number, 1000));
  const reasons = (rule: (of: Progress) => string | undefined, best?: CompleteTrial) =>
    [0, 1, 2, 3, 4].map((count) => rule(progress(trials.slice(0, count), best)));
  const no = undefined;
  t.deepEqual(reasons(maxTrials(1)), [no, ...Array<string>(4).fill("the study has its 1 trial")]);
  t.deepEqual(reasons(maxTrials(3)).slice(2), [no, ...Array<string>(2).fill("the study has its 3 trials")]); // prettier-ignore
  const time = "its trials took the 2 seconds that they had together";
  t.deepEqual(reasons(timeBudget(2)), [no, no, time, time, time]);
  t.deepEqual(reasons(timeBudget(2.001)).slice(2), [no, time.replace("2", "2.001"), time.replace("2", "2.001")]); // prettier-ignore
  const late = "1 trial in a row brought no improvement";
  t.is(noImprovement(1)(progress(trials.slice(0, 1), trials[0])), no);
  t.is(noImprovement(1)(progress(trials.slice(0, 2), trials[0]))?.replace("trials", "trial"), late);
  t.is(noImprovement(3)(progress(trials.slice(0, 3), complete(9))), "3 trials in a row brought no improvement"); // prettier-ignore
  t.is(noImprovement(3)(progress(trials.slice(0, 2), complete(9))), no);
  t.is(noImprovement(2)(progress(trials)), no);
  t.is(targetValue(1)(progress([], complete(7, 1))), "the target 1 is reached by trial 7");
  t.is(targetValue(1)(progress([], complete(7, 1.01))), no);
  t.is(targetValue(1)(progress(trials)), no);
});

test("a budget of time counts what is known, clocks set back as nothing, and each trial once", (t) => {
  const rule = timeBudget(1);
  const finished = [complete(0), complete(1, 1, "unknown"), complete(2, 2, -5000)];
  t.is(rule(progress(finished)), undefined);
  finished.push(complete(3, 3, 999));
  t.is(rule(progress(finished)), undefined);
  t.is(rule(progress(finished)), undefined, "asked again");
  finished.push(complete(4, 4, 1));
  t.truthy(rule(progress(finished)));
});

test("rules of one metric refuse several", (t) => {
  const two = { ...progress([complete(0)]), directions: ["minimize", "maximize"] } as const;
  t.notThrows(() => refuseSeveralMetrics("r", progress([])));
  t.notThrows(() => refuseSeveralMetrics("r", { ...two, directions: [] }));
  t.throws(() => refuseSeveralMetrics("r", two), {
    message: "r: the study has 2 metrics, and the rule is of one. Drop the rule.",
  });
  for (const rule of stopRulesOf({ targetValue: 1, noImprovement: 1 })) t.throws(() => rule(two));
  for (const rule of stopRulesOf({ maxTrials: 1, timeBudget: 1 })) t.notThrows(() => rule(two));
  t.throws(() => stopRulesOf({ maxTrial: 3 } as never), {
    message: /^until: there is no rule "maxTrial"\. .*maxTrials/,
  });
  t.throws(() => stopRulesOf({ toString: 3 } as never), { message: /no rule "toString"/ });
});

test("a study is limited by its total first, then by time, then by the first rule that is met", (t) => {
  const limit = (limits: Parameters<typeof studyLimit>[1], more: Partial<LimitedStudy> = {}) =>
    studyLimit(study(more), limits)();
  t.is(limit({}), undefined);
  t.is(limit({ total: 1 }), undefined);
  t.is(limit({ total: 1 }, { occupied: 1 }), "the study has its 1 trial");
  t.is(limit({ total: 2 }, { occupied: 3 }), "the study has its 2 trials");
  t.is(limit({ total: 0 }), "the study has its 0 trials");
  t.is(limit({ timeoutMs: 3_600_000 }), undefined);
  t.is(limit({ timeoutMs: -1 }), "the time of -1 ms is up");
  t.is(limit({ timeoutMs: -1, total: 0 }), "the study has its 0 trials");
  t.is(limit({ until: () => "one" }), "one");
  t.is(limit({ until: [() => undefined, () => "two", () => "three"] }), "two");
  t.is(limit({ until: () => "one", timeoutMs: -1 }), "the time of -1 ms is up");
  for (const wrong of ["", true, null, Promise.resolve("x")]) {
    t.throws(() => limit({ until: () => wrong as never }), {
      message: /^until: what a stop rule gives=.* must be the reason to stop as a text.*can't wait/,
    });
  }
});

test("a rule sees the study as it stands, with its best trial where there is one metric", (t) => {
  const seen: Progress[] = [];
  const until = (given: Progress) => void seen.push(given);
  const [a, b] = [complete(0), complete(1)];
  const changing = { ...study({ finished: [a] }), bestTrials: [] as CompleteTrial[] };
  const limit = studyLimit(changing, { until });
  limit();
  changing.bestTrials = [b, a];
  limit();
  studyLimit(study({ directions: ["minimize", "minimize"], bestTrials: [a, b] }), { until })();
  t.deepEqual(
    seen.map(({ best, finished, directions }) => [
      best?.number,
      finished.length,
      directions.length,
    ]),
    [
      [undefined, 1, 1],
      [1, 1, 1],
      [undefined, 0, 2],
    ],
  );
  t.is(seen[0].space, space);
  t.is(stopOf({ systemAttrs: {} }), undefined);
});
