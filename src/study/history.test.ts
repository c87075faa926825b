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
