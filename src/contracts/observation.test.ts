import test from "ava";
import { trialOf } from "../storage/record.ts";
import { observationOf } from "./observation.ts";
import type { TrialRecord } from "./storage.ts";
import type { Direction, FinishedTrial } from "./trial.ts";

/** A trial as a database has it, with these values at steps 0, 1, 2, … */
const stored = (reported: readonly number[], more: Partial<TrialRecord>): FinishedTrial =>
  trialOf({
    id: 1,
    number: 0,
    state: "pruned",
    params: { x: 1 },
    distributions: {},
    reports: reported.map((value, step) => ({ step, value })),
    userAttrs: {},
    systemAttrs: {},
    ...more,
  }) as FinishedTrial;

const seen = (trial: FinishedTrial, direction: Direction = "minimize") =>
  observationOf(trial, [direction]);

test("a pruned trial whose last report is no number is a diverged one", (t) => {
  const { outcome, values, failure, reports } = seen(stored([0.5, NaN], {}));
  t.is(outcome, "failed");
  t.deepEqual(values, []);
  t.like(failure, { reason: "diverged", cause: "nonFinite" });
  t.is(failure?.message, "It reported NaN at step 1, and was pruned there.");
  t.is(reports.length, 2);
});

test("so is one whose last report is as bad as can be, in the study's own sense", (t) => {
  t.is(seen(stored([0.5, Infinity], {})).outcome, "failed");
  t.is(seen(stored([0.5, -Infinity], {}), "maximize").outcome, "failed");
  t.is(seen(stored([0.5, Infinity], {}), "maximize").outcome, "pruned");
  t.is(seen(stored([0.5, Infinity], { values: [] })).outcome, "failed");
});

test("a pruned trial that came back from NaN is a pruned one", (t) => {
  t.like(seen(stored([NaN, 0.5], {})), { outcome: "pruned", values: [0.5] });
  t.like(seen(stored([], {})), { outcome: "pruned", values: [] });
});

test("another library's failure without a reason is divergence where its last report says so", (t) => {
  const failed = (reported: readonly number[]) => seen(stored(reported, { state: "failed" }));
  t.is(failed([0.5, NaN]).failure?.reason, "diverged");
  t.is(failed([NaN, 0.5]).failure?.reason, "unknown");
});

test("a failure that says its reason keeps it", (t) => {
  for (const reason of ["error", "timeout", "lost", "outOfMemory"]) {
    const systemAttrs = { "hpo:failure": { reason, message: "so" } };
    const trial = stored([0.5, NaN], { state: "failed", systemAttrs });
    t.like(seen(trial).failure, { reason, message: "so" });
  }
});

test("a value as bad as can be is divergence, the best one is a value", (t) => {
  const complete = (value: number) => stored([], { state: "complete", values: [value] });
  t.is(seen(complete(Infinity)).failure?.message, "The objective returned Infinity.");
  t.like(seen(complete(-Infinity)), { outcome: "complete", values: [-Infinity] });
  t.is(seen(complete(-Infinity), "maximize").outcome, "failed");
  t.is(seen(complete(NaN)).outcome, "failed");
});
