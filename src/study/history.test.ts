import test from "ava";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { TrialRecord } from "../contracts/storage.ts";
import { StorageError } from "../errors/errors.ts";
import { History } from "./history.ts";

const record = (id: number, number: number): TrialRecord => ({
  id,
  number,
  state: "running",
  params: {},
  distributions: {},
  reports: [],
  userAttrs: {},
  systemAttrs: {},
});

test("trials that somebody deleted leave no hole among the others", (t) => {
  const history = new History(["minimize"]);
  for (const number of [0, 2, 3]) history.apply(record(number + 1, number));
  t.deepEqual(
    history.trials.map(({ number }) => number),
    [0, 2, 3],
  );
  t.is(history.nextNumber, 4);
});

test("what is left out is a finished trial, until it is taken in again", (t) => {
  const history = new History(["minimize"]);
  const finished = (id: number, index: number): TrialRecord => ({
    ...record(id, id),
    state: "complete",
    values: [id],
    systemAttrs: { [ATTRIBUTE.finishIndex]: index },
  });
  for (const trial of [finished(0, 0), record(1, 1), finished(2, 2), finished(4, 1)]) {
    history.apply(trial);
  }
  const excluded = (): readonly number[] =>
    history.trials.flatMap((trial) =>
      "excluded" in trial && trial.excluded ? [trial.number] : [],
    );
  // One runs, one is not there, one ended after another that is yet to be read.
  history.setExcluded(new Set([0, 1, 2, 3]));
  t.deepEqual(excluded(), [0, 2]);
  t.deepEqual(
    history.finished.map(({ number, excluded: isOut = false }) => [number, isOut]),
    [
      [0, true],
      [4, false],
      [2, true],
    ],
  );
  t.is(history.front[0]?.number, 4);
  history.setExcluded(new Set([2]));
  t.deepEqual(excluded(), [2]);
  t.is(history.front[0]?.number, 0);
  t.is(history.trials[0].state === "complete" && "excluded" in history.trials[0], false);
});

test("two trials with one number are refused: which one is it?", (t) => {
  const history = new History(["minimize"]);
  history.apply(record(1, 0));
  history.apply(record(1, 0));
  t.is(history.trials.length, 1);
  t.throws(() => history.apply(record(7, 0)), {
    instanceOf: StorageError,
    message: /Trial 0 is there twice, with the ids 1 and 7\. Give one of them another number/,
  });
});

test("trials of another library that finished are counted until each has its place", (t) => {
  const history = new History(["minimize"]);
  const finished = (id: number, index?: number): TrialRecord => ({
    ...record(id, id),
    state: "complete",
    values: [1],
    systemAttrs: index === undefined ? {} : { [ATTRIBUTE.finishIndex]: index },
  });
  t.false(history.hasUnindexed);
  history.apply(finished(0));
  t.true(history.hasUnindexed);
  history.apply(finished(1));
  history.apply(finished(0, 0));
  t.true(history.hasUnindexed);
  history.apply(finished(1, 1));
  t.false(history.hasUnindexed);
});

const MAXIMUM: Partial<TrialRecord> = { state: "complete", values: [Infinity] };

/** Finished as the `index`th, with a value, a prune or a failure. */
const ended = (number: number, index: number | undefined, more: Partial<TrialRecord>) => ({
  ...record(100 + number, number),
  ...more,
  systemAttrs: {
    ...(index !== undefined && { [ATTRIBUTE.finishIndex]: index }),
    ...more.systemAttrs,
  },
});
const complete = (...values: readonly number[]) => ({ state: "complete", values }) as const;

/** All that a history tells. */
const told = (history: History) => ({
  trials: history.trials.map(({ number, state }) => `${number} ${state}`),
  finished: history.finished.map(({ number }) => number),
  front: history.front.map(({ number }) => number),
  running: history.running.map(({ number }) => number),
  waiting: history.waiting.map(({ number }) => number),
  unfinished: history.unfinished,
  counts: { ...history.counts },
  ran: history.ran,
  nextNumber: history.nextNumber,
  hasUnindexed: history.hasUnindexed,
});
const NONE = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 };

test("a study is told whole at each of its steps, whatever the order in which ends become known", (t) => {
  const history = new History(["minimize"]);
  const empty = {
    ...{ trials: [], finished: [], front: [], running: [], waiting: [], unfinished: [] },
    ...{ counts: NONE, ran: 0, nextNumber: 0, hasUnindexed: false },
  };
  t.deepEqual(told(history), empty);
  for (const number of [2, 0, 1]) history.apply(record(100 + number, number));
  for (const number of [4, 3]) history.apply({ ...record(100 + number, number), state: "waiting" });
  const begun = {
    ...empty,
    ...{ trials: ["0 running", "1 running", "2 running", "3 waiting", "4 waiting"] },
    ...{ running: [0, 1, 2], waiting: [3, 4], unfinished: [2, 0, 1, 4, 3] },
    ...{ counts: { ...NONE, waiting: 2, running: 3 }, nextNumber: 5 },
  };
  t.deepEqual(told(history), begun);
  t.true(history.apply(ended(2, 1, complete(5))), "one that finished before it is not known yet");
  t.deepEqual(told(history), {
    ...begun,
    ...{ trials: ["0 running", "1 running", "2 complete", "3 waiting", "4 waiting"] },
    ...{ running: [0, 1], unfinished: [0, 1, 4, 3, 2], front: [2], ran: 1 },
    counts: { ...NONE, waiting: 2, running: 2, complete: 1 },
  });
  t.true(history.apply(ended(0, 0, { state: "pruned", values: [1] })));
  t.false(history.apply(record(100, 0)), "what is finished stays as it is");
  t.false(history.apply(ended(2, 1, complete(1))));
  t.true(history.apply({ ...record(104, 4) }));
  const cancelled = { [ATTRIBUTE.failure]: { reason: "cancelled", message: "by hand" } };
  t.true(history.apply(ended(3, 2, { state: "failed", systemAttrs: cancelled })));
  t.true(history.apply(ended(1, 3, complete(4))));
  t.deepEqual(told(history), {
    ...{ trials: ["0 pruned", "1 complete", "2 complete", "3 failed", "4 running"] },
    ...{ finished: [0, 2, 3, 1], front: [1], running: [4], waiting: [], unfinished: [4] },
    counts: { ...NONE, running: 1, complete: 2, pruned: 1, failed: 1 },
    ...{ ran: 3, nextNumber: 5, hasUnindexed: false },
  });
  t.deepEqual([history.idOf(4), history.idOf(0)], [104, 100]);
  t.throws(() => history.idOf(5), { instanceOf: RangeError, message: "No trial 5 is known." });
  t.is(history.get(1)?.state, "complete");
  t.is(history.get(5), undefined);
});

test("an end of another library counts once, before and after it gets its place", (t) => {
  const history = new History(["minimize"]);
  t.true(history.apply(ended(0, undefined, complete(3))));
  const before = told(history);
  t.deepEqual([before.ran, before.front, before.finished, before.hasUnindexed], [1, [0], [], true]);
  t.true(history.apply(ended(0, undefined, complete(3))));
  t.true(history.apply(ended(0, 0, complete(3))));
  const after = told(history);
  t.deepEqual([after.ran, after.front, after.finished, after.hasUnindexed], [1, [0], [0], false]);
  t.deepEqual(after.counts, { ...NONE, complete: 1 });
  const cancelled = { [ATTRIBUTE.failure]: { reason: "cancelled", message: "by hand" } };
  const failed = (index?: number) => ended(1, index, { state: "failed", systemAttrs: cancelled });
  history.apply(failed());
  history.apply(failed(1));
  t.is(history.ran, 1, "cancelled once");
});

test("the front is of what is feasible, finite and not excluded, in the sense of each metric", (t) => {
  const frontOf = (
    directions: ("minimize" | "maximize")[],
    ...trials: readonly Partial<TrialRecord>[]
  ) => {
    const history = new History(directions);
    trials.forEach((more, number) => history.apply(ended(number, number, more)));
    return history.front.map(({ number }) => number);
  };
  t.deepEqual(frontOf(["minimize"], complete(2), complete(1), complete(3)), [1]);
  t.deepEqual(frontOf(["maximize"], complete(2), complete(1), complete(3)), [2]);
  t.deepEqual(frontOf(["minimize"], complete(1), complete(1)), [0], "the first of equals");
  t.deepEqual(frontOf(["minimize"], MAXIMUM), []);
  t.deepEqual(frontOf(["maximize"], MAXIMUM, complete(3)), [0]);
  t.deepEqual(frontOf(["minimize"], complete(1, 2)), [], "values of another study");
  t.deepEqual(frontOf(["minimize"], { state: "pruned", values: [0] }, complete(1)), [1]);
  const both = ["minimize", "maximize"] as ("minimize" | "maximize")[];
  t.deepEqual(
    frontOf(both, complete(1, 1), complete(2, 2), complete(2, 1), complete(0, 0)).sort(),
    [0, 1, 3],
  );
  t.deepEqual(frontOf(both, complete(1, -Infinity), complete(5, 5)), [1]);
  const broken = { systemAttrs: { [ATTRIBUTE.constraints]: [0, 0.1] } };
  const kept = { systemAttrs: { [ATTRIBUTE.constraints]: [0, -1] } };
  t.deepEqual(
    frontOf(["minimize"], { ...complete(1), ...broken }, { ...complete(2), ...kept }),
    [1],
  );
});

test("excluded trials leave the best, and come back to it; what they are told as is marked", (t) => {
  const history = new History(["minimize"]);
  history.apply(ended(0, 0, complete(1)));
  history.apply(ended(1, 2, complete(2)));
  history.apply(record(102, 2));
  const seen = () => [
    history.front.map(({ number }) => number),
    history.trials.map((trial) => "excluded" in trial),
    history.finished.map(({ excluded }) => excluded),
  ];
  t.deepEqual(seen(), [[0], [false, false, false], [undefined]]);
  const set = new Set([0, 2]);
  history.setExcluded(set);
  t.is(history.excluded, set);
  t.deepEqual(seen(), [[1], [true, false, false], [true]]);
  history.setExcluded(new Set([2, 0]));
  t.is(history.excluded, set, "the same ones");
  history.setExcluded(new Set([1, 7]));
  t.deepEqual(seen(), [[0], [false, true, false], [undefined]]);
  history.apply(ended(2, 1, complete(3)));
  t.deepEqual(seen(), [[0], [false, true, false], [undefined, undefined, true]]);
  history.setExcluded(new Set());
  t.deepEqual(seen(), [[0], [false, false, false], [undefined, undefined, undefined]]);
  t.deepEqual(
    history.finished.map(({ number }) => number),
    [0, 2, 1],
  );
});

test("a finished trial's parameters and values can't be changed by who gets it", (t) => {
  const history = new History(["minimize"]);
  history.apply(ended(0, 0, { ...complete(1), params: { x: 1 } }));
  history.apply({ ...record(101, 1), params: { x: 1 } });
  const [finished, running] = history.trials;
  t.true(Object.isFrozen(finished.params));
  t.true("values" in finished && Object.isFrozen(finished.values));
  t.false(Object.isFrozen(running.params));
});
