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
