import test from "ava";
import type { Suggestion } from "../../contracts/strategy.ts";
import type { FinishedTrial, RunningTrial, Trial } from "../../contracts/trial.ts";
import { categorical, float, searchSpace, type Params } from "../../space/index.ts";
import { excludedAfter, exclusionsOf } from "../steer/exclusions.ts";
import type { StudyState } from "../study-state.ts";
import { checkedSuggestion } from "./check-suggestion.ts";
import { Proposals } from "./proposals.ts";
import type { Suggested, Unsuggested } from "./request.ts";
import { PendingAsSeen, seenNow, type Seen } from "./seen.ts";
import { needsUnread } from "./unread-reports.ts";

const running = (number: number, ...steps: readonly number[]): RunningTrial => ({
  ...{ state: "running", number, params: { x: number, y: 1 }, distributions: {} },
  ...{ reports: steps.map((step) => ({ step, value: 10 * step })), userAttrs: {}, systemAttrs: {} },
});
const finished = (number: number, state: "complete" | "pruned" = "complete"): FinishedTrial => ({
  ...running(number, 1, 2),
  ...{ state, values: [number] },
});

test("what an ask sees is kept: ends, steps, and how who runs differs from what the number tells", (t) => {
  const view = {
    ...{ number: 5, finished: 2, running: [] as RunningTrial[], unfinished: [] as number[] },
    ...{ exclusionCount: 0, isDeclared: true },
  };
  t.deepEqual(seenNow(view), { finished: 2, reported: [] });
  const busy = { ...view, running: [running(2, 0, 3), running(3), running(7), running(9, 4)] };
  const unfinished = [9, 7, 5, 4, 3, 2, 0];
  t.deepEqual(seenNow({ ...busy, unfinished, exclusionCount: 1 }), {
    ...{ finished: 2, exclusions: 1, except: [0, 4], also: [7, 9] },
    reported: [
      [2, 3],
      [9, 4],
    ],
  });
  t.deepEqual(seenNow({ ...view, running: [running(4, 0)], unfinished: [4, 5] }), {
    finished: 2,
    reported: [[4, 0]],
  });
  t.deepEqual(seenNow({ ...view, running: [running(5)], unfinished: [5] }), {
    finished: 2,
    reported: [],
  });
  t.deepEqual(seenNow({ ...busy, isDeclared: false, exclusionCount: 2 }), {
    ...{ finished: 2, exclusions: 2 },
    pending: [
      [2, 3, ["x", "y"]],
      [3, null, ["x", "y"]],
      [7, null, ["x", "y"]],
      [9, 4, ["x", "y"]],
    ],
  });
});

test("the pending trials that an ask saw follow from what was kept", (t) => {
  const ended = [finished(2), finished(0), finished(3)];
  const trials: readonly Trial[] = [
    ...[ended[1], running(1, 4, 6), ended[0], ended[2], running(4), running(6, 2)],
  ];
  const study = { directions: ["maximize"] as const, finished: ended, trials: () => trials };
  const pending = new PendingAsSeen(study);
  const seen = (number: number, given: Seen) =>
    pending
      .of(number, given)
      .map((one) => [
        one.number,
        one.reports.map(({ step, value }) => [step, value]),
        Object.keys(one.params),
      ]);
  const both = ["x", "y"];
  t.deepEqual(seen(0, { finished: 0 }), []);
  t.deepEqual(seen(2, { finished: 0, reported: [[1, 4]] }), [
    [0, [], both],
    [1, [[4, -40]], both],
  ]);
  t.deepEqual(seen(3, { finished: 1 }), [
    [0, [], both],
    [1, [], both],
  ]);
  t.deepEqual(seen(4, { finished: 2, except: [1] }), [[3, [], both]]);
  t.deepEqual(seen(5, { finished: 2, also: [6], reported: [[6, 2], [3, 1]] }), [
    [1, [], both],
    [3, [[1, -10]], both],
    [4, [], both],
    [6, [[2, -20]], both],
  ]); // prettier-ignore
  t.deepEqual(seen(3, { finished: 2 }), [[1, [], both]], "a smaller number, asked later");
  t.deepEqual(seen(9, { finished: 3 }), [
    [1, [], both],
    [4, [], both],
    [6, [], both],
  ]);
  const kept: Seen = {
    finished: 3,
    pending: [
      [1, 6, ["y"]],
      [4, null],
      [99, 1, ["x"]],
    ],
  };
  t.deepEqual(seen(5, kept), [
    [1, [[4, -40], [6, -60]], ["y"]],
    [4, [], both],
  ]); // prettier-ignore
});

test("a proposal is taken where nothing that it assumed has changed", (t) => {
  const history = { nextNumber: 3 };
  const exclusions: unknown[] = [];
  const state = { history, exclusions } as unknown as StudyState;
  const proposals = new Proposals(state);
  const trial = (number: number, ...before: readonly number[]) =>
    ({ number, before }) as unknown as Unsuggested;
  const made = (count?: number) => ({ seen: { exclusions: count } }) as unknown as Suggested;
  const [plain, excluding] = [made(), made(1)];
  proposals.add(trial(3), plain);
  proposals.add(trial(4, 3), excluding);
  t.is(proposals.take(trial(3)), plain);
  t.is(proposals.take(trial(3, 2)), undefined);
  t.is(proposals.take(trial(4)), undefined);
  t.is(proposals.take(trial(4, 3)), undefined, "others are excluded now");
  exclusions.push({});
  t.is(proposals.take(trial(4, 3)), excluding);
  t.is(proposals.take(trial(3)), undefined);
  exclusions.pop();
  history.nextNumber = 4;
  t.is(proposals.take(trial(3)), undefined);
});

test("exclusions add up in their order, and what is none is told as broken", (t) => {
  const changes = [
    { number: 1, excluded: true },
    { number: 2, excluded: true },
    { number: 1, excluded: false },
    { number: 2, excluded: true },
  ];
  const after = (count?: number) => [...excludedAfter(changes, count)];
  t.deepEqual([0, 1, 2, 3, 4].map(after), [[], [1], [1, 2], [2], [2]]);
  t.deepEqual(after(), [2]);
  t.is(exclusionsOf(changes), changes);
  t.deepEqual(exclusionsOf(undefined), []);
  t.deepEqual(exclusionsOf([]), []);
  for (const wrong of [null, 3, {}, [null], [{ number: 1 }], [{ number: 0.5, excluded: true }]]) {
    t.throws(() => exclusionsOf(wrong), { message: /hpo:exclusions is broken/ });
  }
});

test("reports that were left unread matter once something was pruned, or reported while it runs", (t) => {
  const state = (
    done: readonly FinishedTrial[],
    busy: readonly RunningTrial[],
    firstDetail = "search",
  ) => ({ firstDetail, history: { finished: done, running: busy } }) as unknown as StudyState;
  const bare = { ...finished(0, "pruned"), reports: [] };
  const cases: readonly (readonly [boolean, StudyState, "besideStopped" | "always"])[] = [
    [false, state([], []), "besideStopped"],
    [false, state([finished(0), bare], [running(1)]), "besideStopped"],
    [true, state([finished(0, "pruned")], []), "besideStopped"],
    [true, state([], [running(1, 0)]), "besideStopped"],
    [false, state([finished(0, "pruned")], [], "all"), "besideStopped"],
    [false, state([finished(0, "pruned")], [running(1, 0)]), "always"],
  ];
  for (const [needs, one, uses] of cases) t.is(needsUnread(one, uses as never), needs);
});

test("a suggestion outside of its space is refused with its strategy, parameter and value", (t) => {
  const space = searchSpace({
    x: float(0, 1),
    kind: categorical(["a", "b"]),
    depth: float(0, 9).when("kind", "a"),
  });
  const checked = (suggestion: unknown) =>
    checkedSuggestion(suggestion as Suggestion, { strategy: "mine", space, number: 7 });
  const params = (values: Params) => ({ kind: "params", params: values }) as const;
  const fine = [
    params({ x: 0, kind: "b" }),
    params({ x: 1, kind: "a", depth: 9 }),
    { kind: "exhausted", message: "" },
  ];
  for (const one of fine) t.is(checked(one), one as Suggestion);
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /^The strategy "mine" suggested undefined for trial 7\. Its suggest must give/],
    [null, /suggested null for trial 7/],
    [{}, /suggested \{\} for/],
    [{ kind: "params" }, /Its suggest must give/],
    [{ kind: "params", params: null }, /Its suggest must give/],
    [{ kind: "others", params: {} }, /Its suggest must give/],
    [params({ kind: "b" }), /suggested no value of "x" for trial 7\. It must be float 0 … 1/],
    [params({ x: 2, kind: "b" }), /suggested x=2 for trial 7\. It must be float/],
    [params({ x: 0, kind: "c" }), /suggested kind="c" for/],
    [params({ x: 0, kind: "a" }), /suggested no value of "depth"/],
    [
      params({ x: 1, kind: "b", depth: 9 }),
      /suggested depth=9 for trial 7\. That parameter does not exist/,
    ],
  ];
  for (const [one, message] of refused) t.throws(() => checked(one), { message });
});
