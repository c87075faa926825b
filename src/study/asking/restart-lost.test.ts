import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Turn } from "../../contracts/storage.ts";
import type { Attributes, RunningTrial } from "../../contracts/trial.ts";
import type { StudyState } from "../study-state.ts";
import { failLost, nextRestart } from "./restart-lost.ts";

const running = (number: number, systemAttrs: Attributes = {}): RunningTrial => ({
  ...{ state: "running", number, params: { x: number }, distributions: {} },
  ...{ reports: [{ step: 0, value: 1 }], userAttrs: { u: 1 }, systemAttrs },
});

/** A study whose trials are lost so, by number. */
function study(trials: readonly RunningTrial[], actions: readonly object[], lostTrials: string) {
  const written: unknown[] = [];
  const state = {
    history: { running: trials, idOf: (number: number) => 100 + number },
    actionFor: ({ number }: RunningTrial) => actions[number],
    parts: { lostTrials, maxRestarts: 2 },
  } as unknown as StudyState;
  const turn = {
    finishTrial: async (id: number, { attributes }: { attributes: object }) => {
      written.push([id, attributes]);
      return id === 102 ? undefined : 0;
    },
    createTrials: async (made: readonly unknown[]) => written.push(...made),
  } as unknown as Turn;
  return { state, turn, written };
}

const lost = (message: string) => ({
  system: { [ATTRIBUTE.failure]: { reason: "lost", message } },
});

test("trials that were lost too often fail, and by option each lost one, with a copy of it queued", async (t) => {
  const actions = [
    { kind: "leave" },
    { kind: "fail", message: "too often" },
    { kind: "fail", message: "told meanwhile" },
    { kind: "restart", attempts: 1 },
    { kind: "restart", attempts: 1 },
    { kind: "restart", attempts: 1 },
  ];
  const trials = [
    ...[0, 1, 2].map((number) => running(number)),
    running(3, { [ATTRIBUTE.continueFrom]: 1, other: 1 }),
    running(4, { [ATTRIBUTE.failedTrial]: 3, [ATTRIBUTE.retryHistory]: [3] }),
    running(5, { [ATTRIBUTE.failedTrial]: 3, [ATTRIBUTE.retryHistory]: [3, 4] }),
  ];
  const kept = study(trials, actions, "restart");
  t.deepEqual(await failLost(kept.state, kept.turn), [1]);
  t.deepEqual(kept.written, [
    [101, lost("too often")],
    [102, lost("told meanwhile")],
  ]);
  const cloned = study(trials, actions, "clone");
  t.deepEqual(await failLost(cloned.state, cloned.turn), [1, 3, 4, 5]);
  const copy = (number: number, systemAttrs: Attributes) => ({
    ...{ state: "waiting", params: { x: number }, distributions: {}, reports: [] },
    ...{ userAttrs: { u: 1 }, systemAttrs },
  });
  t.deepEqual(cloned.written.slice(2), [
    [103, lost("Its process died.")],
    copy(3, {
      ...{ [ATTRIBUTE.failedTrial]: 3, [ATTRIBUTE.retryHistory]: [3] },
      [ATTRIBUTE.continueFrom]: 1,
    }),
    [104, lost("Its process died.")],
    copy(4, { [ATTRIBUTE.failedTrial]: 3, [ATTRIBUTE.retryHistory]: [3, 4] }),
    [105, lost("Its process died.")],
  ]);
});

test("the first lost trial that nobody took starts again in place, without its reports", (t) => {
  const actions = [
    { kind: "wait" },
    { kind: "restart", attempts: 3 },
    { kind: "restart", attempts: 0 },
  ];
  const trials = [0, 1, 2].map((number) => running(number, { kept: number }));
  const { state } = study(trials, actions, "restart");
  const next = (...taken: readonly number[]) =>
    nextRestart(state, new Set(taken), { isShared: false });
  const { trial, change } = next()!;
  t.like(trial, { number: 1, reports: [], params: { x: 1 } });
  t.is(trial.systemAttrs["kept"], 1);
  t.is(trial.systemAttrs[ATTRIBUTE.attempts], 3);
  t.true(change.clearReports);
  t.is(change.startedAt, trial.startedAt);
  t.deepEqual({ kept: 1, ...change.attributes!.system }, trial.systemAttrs);
  t.is(next(1)?.trial.number, 2);
  t.is(next(1, 2), undefined);
});
