import test from "ava";
import type { TrialChange } from "../../contracts/storage.ts";
import type { PruneContext, Pruner } from "../../contracts/pruner.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Direction, FinishedTrial, Report, RunningTrial } from "../../contracts/trial.ts";
import { floatDistribution, intDistribution } from "../../space/distribution.ts";
import { checkedConstraints, endAttributes, storedEnd, withFailure } from "./end-attributes.ts";
import { Pruning } from "./pruning.ts";
import { TrialAttributes } from "./trial-attributes.ts";
import { TrialParams } from "./trial-params.ts";
import { mergeAll } from "./trial-writer.ts";

const NONE: ReadonlySet<number> = new Set();
const base = { params: {}, distributions: {}, userAttrs: {}, systemAttrs: {} };
const complete = (number: number): FinishedTrial => ({
  ...{ ...base, number, state: "complete", values: [number], reports: [] },
});
const pending = (...values: readonly number[]): PendingTrial => ({
  ...{ number: 9, params: {} },
  reports: values.map((value, step) => ({ step, value })),
});

/** A pruner that tells what it was given, and prunes at a value above 5. */
function listening(more: Partial<Pruner> = {}) {
  const contexts: PruneContext[] = [];
  const pruner: Pruner = {
    name: "listening",
    init: () => [],
    observe: (state, trial) => [...(state as number[]), trial.number],
    shouldPrune: (state, context) => {
      contexts.push(context);
      states.push(state as number[]);
      return (context.trial.reports.at(-1)?.value ?? 0) > 5;
    },
    ...more,
  };
  const states: number[][] = [];
  return { pruner, contexts, states };
}

test("a pruner sees each counted end once, in order, and starts anew with other exclusions", (t) => {
  const { pruner, states, contexts } = listening();
  const pruning = new Pruning(pruner, ["minimize"], { learningRate: "lr" });
  const cancelled: FinishedTrial = {
    ...{ ...base, number: 2, state: "failed", reports: [] },
    failure: { reason: "cancelled", message: "" },
  };
  const finished = [complete(1), cancelled, complete(0)];
  const curves = { loss: [[0, 1]] } as const;
  const others = [pending(1)];
  t.deepEqual(pruning.judge(pending(6), curves, others, finished.slice(0, 1), NONE), {
    prune: true,
  });
  t.deepEqual(pruning.judge(pending(5), curves, others, finished, NONE), { prune: false });
  t.deepEqual(pruning.judge(pending(), curves, others, finished, NONE), { prune: false });
  t.deepEqual(states, [[1], [1, 0], [1, 0]]);
  pruning.judge(pending(1), curves, others, finished, new Set([1]));
  t.deepEqual(states[3], [0]);
  t.deepEqual(contexts[0], {
    ...{ trial: pending(6), pending: others, direction: "minimize", curves },
    roles: { learningRate: "lr" },
  });
  const plain = listening();
  new Pruning(plain.pruner, ["maximize"]).judge(pending(1), curves, [], [], NONE);
  t.false("roles" in plain.contexts[0]);
  t.is(plain.contexts[0].direction, "maximize");
});

test("NaN is pruned without asking, a pruner's own judgement stands, and several metrics have none", (t) => {
  const { pruner, contexts } = listening();
  const pruning = new Pruning(pruner, ["minimize"]);
  t.deepEqual(pruning.judge(pending(1, NaN), {}, [], [], NONE), { prune: true });
  t.is(contexts.length, 0);
  t.deepEqual(pruning.judge(pending(NaN, 1), {}, [], [], NONE), { prune: false });
  const judging = listening({ judge: (state) => ({ prune: false, text: `saw ${String(state)}` }) });
  const judged = new Pruning(judging.pruner, ["minimize"]);
  t.deepEqual(judged.judge(pending(9), {}, [], [complete(3)], NONE), {
    prune: false,
    text: "saw 3",
  });
  const two = new Pruning(pruner, ["minimize", "minimize"]);
  t.throws(() => two.judge(pending(1), {}, [], [], NONE), {
    message: /^shouldPrune: the study has 2 metrics, and a pruner follows one\./,
  });
});

test("a study that never asks its pruner is told so, where asking could have pruned", (t) => {
  const { pruner } = listening();
  const note = (directions: Direction[], reports: number, wasAsked: boolean) => {
    const pruning = new Pruning(pruner, directions);
    if (wasAsked) pruning.judge(pending(1), {}, [], [], NONE);
    return pruning.unaskedNote(Array<Report>(reports).fill({ step: 0, value: 0 }));
  };
  t.regex(
    note(["minimize"], 2, false)!,
    /^The study has a pruner \(listening\), and no trial asks/,
  );
  t.is(note(["minimize"], 1, false), undefined);
  t.is(note(["minimize"], 2, true), undefined);
  t.is(note(["minimize", "minimize"], 2, false), undefined);
});

test("what a trial gathered is stored with its end, and nothing where there is nothing", (t) => {
  const nothing = { constraints: undefined, curves: undefined, output: "" };
  t.is(endAttributes(nothing), undefined);
  t.deepEqual(endAttributes({ ...nothing, constraints: [1] }), { [ATTRIBUTE.constraints]: [1] });
  t.deepEqual(endAttributes({ ...nothing, curves: {} }), { [ATTRIBUTE.curves]: {} });
  t.deepEqual(endAttributes({ ...nothing, output: "x" }), { [ATTRIBUTE.output]: "x" });
  t.deepEqual(endAttributes({ constraints: [], curves: { a: [[0, 1]] }, output: "x" }), {
    ...{
      [ATTRIBUTE.constraints]: [],
      [ATTRIBUTE.curves]: { a: [[0, 1]] },
      [ATTRIBUTE.output]: "x",
    },
  });
  const given = [0, -Infinity, 1.5];
  t.deepEqual(checkedConstraints("c", given), given);
  t.not(checkedConstraints("c", given), given);
  for (const wrong of [3, null, ["1"], [NaN], [1, undefined]]) {
    t.throws(() => checkedConstraints("c", wrong), { message: /^c=.* must be a list of numbers/ });
  }
  const failure = { reason: "error", message: "x" } as const;
  const times = { lateStart: new Date(5), completedAt: new Date(9) };
  const change = { params: { x: 1 }, attributes: { user: { a: 1 }, system: { b: 2 } } };
  t.deepEqual(storedEnd(change, { state: "complete", values: [3] }, times), {
    ...{ params: { x: 1 }, distributions: undefined, reports: undefined, state: "complete" },
    ...{ attributes: change.attributes, values: [3], startedAt: new Date(5) },
    completedAt: new Date(9),
  });
  const failed = storedEnd(
    change,
    { state: "failed", failure },
    { ...times, lateStart: undefined },
  );
  t.deepEqual(failed.attributes, {
    user: { a: 1 },
    system: { b: 2, [ATTRIBUTE.failure]: failure },
  });
  t.deepEqual([failed.values, failed.startedAt], [undefined, undefined]);
  t.deepEqual(withFailure(undefined, { state: "failed", failure }), {
    system: { [ATTRIBUTE.failure]: failure },
  });
  t.is(withFailure(undefined, { state: "pruned" }), undefined);
});

test("successive changes are merged: the last value stands, reports after a clearing alone", (t) => {
  const [one, two, three] = [0, 1, 2].map((step) => ({ step, value: step }));
  t.deepEqual(mergeAll([]), {});
  const alone: TrialChange = { reports: [one] };
  t.is(mergeAll([alone]), alone);
  t.deepEqual(
    mergeAll([
      { params: { a: 1, b: 1 }, reports: [one], attributes: { user: { u: 1 }, system: { s: 1 } } },
      { params: { a: 2 }, reports: [two, three], attributes: { user: { v: 2 } } },
      { attributes: { system: { s: 3 } } },
    ]),
    {
      ...{ params: { a: 2, b: 1 }, distributions: {}, reports: [one, two, three] },
      attributes: { user: { u: 1, v: 2 }, system: { s: 3 } },
    },
  );
  const cleared = mergeAll([
    { reports: [one] },
    { reports: [two], clearReports: true },
    { reports: [three] },
  ]);
  t.deepEqual([cleared.reports, cleared.clearReports], [[two, three], true]);
  const first = mergeAll([{ clearReports: true }, { reports: [three] }]);
  t.deepEqual([first.reports, first.clearReports], [[three], true]);
  const twice = mergeAll([
    { clearReports: true, reports: [one] },
    { clearReports: true },
    { reports: [two] },
  ]);
  t.deepEqual(twice.reports, [two]);
});

const runningTrial = (more: Partial<RunningTrial> = {}): RunningTrial => ({
  ...{ ...base, number: 4, state: "running", reports: [], ...more },
});

test("a parameter is what was queued, else its only value, else what was suggested, else drawn", (t) => {
  const written: TrialChange[] = [];
  const notes: string[] = [];
  const unit = floatDistribution(0, 1);
  const trial = runningTrial({
    ...{ params: { given: 0.25 }, systemAttrs: { [ATTRIBUTE.fixedParams]: { q: 0.5, far: 7 } } },
    distributions: {},
  });
  const params = new TrialParams(trial, { s: 0.75, q: 0.1, wide: 3 }, {
    ...{ seed: 1, write: (change) => written.push(change), note: (text) => notes.push(text) },
    knownDistribution: (name) => (name === "kept" ? intDistribution(0, 9) : undefined),
  }); // prettier-ignore
  t.is(params.suggest("q", unit), 0.5);
  t.is(params.suggest("s", unit), 0.75);
  t.is(params.suggest("given", unit), 0.25);
  t.is(params.suggest("one", floatDistribution(3, 3)), 3);
  t.deepEqual(notes, []);
  t.is(params.suggest("far", unit), 7);
  t.regex(notes[0], /^enqueue: "far"=7 lies outside/);
  const drawn = params.suggest("wide", unit) as number;
  t.true(drawn >= 0 && drawn < 1);
  t.is(params.suggest("wide", unit), drawn);
  t.is(notes[1], '"wide" is new to the strategy in this range: it is drawn uniformly.');
  t.throws(() => params.suggest("kept", unit), { message: /kept/ });
  t.throws(() => params.suggest("s", intDistribution(0, 1)), { message: /s/ });
  t.deepEqual(written[0], { params: { q: 0.5 }, distributions: { q: unit } });
  t.is(written.length, 6);
  const values = { given: 0.25, q: 0.5, s: 0.75, one: 3, far: 7, wide: drawn };
  t.deepEqual(params.values, values);
  const { own } = params;
  (own as Record<string, unknown>)["q"] = 9;
  t.is(params.own, own);
  t.is(params.values["q"], 0.5, "the objective has a copy");
  params.noteUnasked();
  t.is(notes.length, 2, "both were asked for");
  const unasked = new TrialParams(trial, {}, { seed: 1, write: () => undefined, note: (text) => notes.push(text), knownDistribution: () => undefined }); // prettier-ignore
  unasked.noteUnasked();
  t.is(notes[2], 'Trial 4 was queued with "q", "far", which it did not ask for.');
});

test("a trial's attributes are written as they change, and what was judged once", (t) => {
  const written: unknown[] = [];
  const attributes = new TrialAttributes(
    runningTrial({
      userAttrs: { a: 1 },
      systemAttrs: { [ATTRIBUTE.maxStep]: 3, [ATTRIBUTE.continueFrom]: 2 },
    }),
    (change) => written.push(change),
  );
  t.deepEqual([attributes.maxStep, attributes.continueFrom, attributes.device], [3, 2, undefined]);
  t.deepEqual(attributes.placement, { continueFrom: 2 });
  attributes.setUser("b", 2);
  attributes.setDevice("cuda:0");
  attributes.setDevice("cuda:0");
  t.deepEqual(attributes.user, { a: 1, b: 2 });
  t.deepEqual(attributes.placement, { device: "cuda:0", continueFrom: 2 });
  t.deepEqual(written.splice(0), [
    { user: { b: 2 } },
    { system: { [ATTRIBUTE.device]: "cuda:0" } },
  ]);
  attributes.setVersions({ torch: "2" });
  t.deepEqual(written, [], "nothing of it is kept here");
  t.false(attributes.keepJudgement({ prune: false }, 1));
  t.true(attributes.keepJudgement({ prune: false, text: "odd" }, 1));
  t.false(attributes.keepJudgement({ prune: false, text: "odder" }, 2));
  t.true(attributes.keepJudgement({ prune: true, text: "bad" }, undefined));
  t.deepEqual(written.splice(0), [
    { system: { [ATTRIBUTE.warning]: { step: 1, text: "odd" } } },
    { system: { [ATTRIBUTE.whyPruned]: { step: undefined, text: "bad" } } },
  ]);
  const system = { [ATTRIBUTE.warning]: null, [ATTRIBUTE.whyPruned]: null };
  t.deepEqual(attributes.countRetry(), { count: 1, system: { [ATTRIBUTE.retries]: 1, ...system } });
  t.deepEqual(attributes.countRetry(), { count: 2, system: { [ATTRIBUTE.retries]: 2 } });
  t.true(attributes.keepJudgement({ prune: false, text: "again" }, 3));
});
