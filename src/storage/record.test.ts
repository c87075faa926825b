import test from "ava";
import type { TrialRecord } from "../contracts/storage.ts";
import { trialOf } from "./record.ts";

const record = (more: Partial<TrialRecord> = {}): TrialRecord => ({
  id: 1,
  number: 0,
  state: "complete",
  params: { x: 0.5 },
  distributions: {},
  reports: [],
  userAttrs: {},
  systemAttrs: {},
  values: [1],
  startedAt: new Date(0),
  completedAt: new Date(1),
  ...more,
});

test("a trial has the device that it ran on and the trial that it went on from, where it has any", (t) => {
  const read = (systemAttrs: TrialRecord["systemAttrs"]) => {
    const { device, continueFrom } = trialOf(record({ systemAttrs }));
    return [device, continueFrom];
  };
  t.deepEqual(read({}), [undefined, undefined]);
  t.deepEqual(read({ "hpo:device": "cuda:0" }), ["cuda:0", undefined]);
  t.deepEqual(read({ "hpo:continueFrom": 7 }), [undefined, 7]);
  t.deepEqual(read({ "hpo:device": "cuda:0", "hpo:continueFrom": 7 }), ["cuda:0", 7]);
  t.deepEqual(read({ "hpo:device": 0, "hpo:continueFrom": "7" }), [undefined, undefined]);
});

test("a pruned trial's value is what it told, else its last report if that is a number", (t) => {
  const valuesOf = (more: Partial<TrialRecord>) => {
    const trial = trialOf(record({ state: "pruned", values: undefined, ...more }));
    return trial.state === "pruned" ? trial.values : undefined;
  };
  const reports = [
    { step: 1, value: 3 },
    { step: 2, value: 2 },
  ];
  t.deepEqual(valuesOf({ reports, values: [9] }), [9]);
  t.deepEqual(valuesOf({ reports }), [2]);
  t.deepEqual(valuesOf({ reports: [...reports, { step: 3, value: NaN }] }), []);
  t.deepEqual(valuesOf({}), []);
});
