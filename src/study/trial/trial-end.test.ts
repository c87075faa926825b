import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import type { Outcome } from "../../contracts/objective.ts";
import type { Direction, FinishedTrial } from "../../contracts/trial.ts";
import {
  endOf,
  failedEnd,
  infinityNote,
  listOf,
  prunedEnd,
  toldEnd,
  type Metrics,
} from "./trial-end.ts";

const one: Metrics = { directions: ["minimize"] };
const two: Metrics = { directions: ["minimize", "maximize"], names: ["loss", "accuracy"] };
const reports = [
  { step: 1, value: 3 },
  { step: 4, value: 2 },
];
const returned = (result: unknown): Outcome => ({ kind: "returned", result });
const error = { reason: "error", message: "It broke" } as const;

test("what an objective returns is complete, diverged, or told as wrong", (t) => {
  t.deepEqual(endOf(returned(0.5), one, []), { state: "complete", values: [0.5] });
  t.deepEqual(endOf(returned(-Infinity), one, []), { state: "complete", values: [-Infinity] });
  t.deepEqual(endOf(returned({ accuracy: 2, loss: 1, more: 3 }), two, []), {
    state: "complete",
    values: [1, 2],
  });
  const diverged = { reason: "diverged", cause: "nonFinite" } as const;
  t.deepEqual(endOf(returned(NaN), one, []), {
    state: "failed",
    failure: { ...diverged, message: "The objective returned NaN." },
  });
  t.deepEqual(endOf(returned([1, NaN]), two, []), {
    state: "failed",
    failure: { ...diverged, message: "The objective returned 1, NaN." },
  });
  t.like(endOf(returned("0.5"), one, []), { state: "failed", failure: { reason: "error" } });
});

test("a result of another form is told with what the study needs", (t) => {
  const wrong = (result: unknown, metrics: Metrics, message: RegExp) =>
    t.regex(String(listOf(result, metrics)), message);
  wrong(undefined, one, /returned nothing; this study needs a number\./);
  wrong(null, one, /returned null \(null\)/);
  wrong("0.5", one, /returned "0\.5" \(string\)/);
  wrong({ loss: 1 }, one, /returned an object, and its metrics have no names/);
  wrong([1, 2], one, /returned 2 values/);
  wrong(
    { loss: 1 },
    two,
    /an object without accuracy; this study needs numbers for loss, accuracy/,
  );
  wrong([1, "2"], two, /returned "2" \(string\)/);
  wrong(1, { directions: two.directions }, /returned 1 value; this study needs 2 numbers/);
  wrong([1, 2], { ...one, names: ["loss"] }, /2 values; this study needs a number for loss\./);
  const given = [1, 2];
  const taken = listOf(given, two);
  t.deepEqual(taken, [1, 2]);
  t.not(taken, given, "an objective may fill the same list for each trial");
});

test("a pruned trial's value is its last report, of one metric alone; with NaN or infinity it diverged", (t) => {
  t.deepEqual(prunedEnd(reports, one), { state: "pruned", values: [2] });
  t.deepEqual(prunedEnd(reports, two), { state: "pruned" });
  t.deepEqual(prunedEnd([], one), { state: "pruned" });
  t.deepEqual(endOf({ kind: "pruned" }, one, reports), { state: "pruned", values: [2] });
  for (const value of [NaN, Infinity]) {
    t.deepEqual(prunedEnd([...reports, { step: 9, value }], one), {
      state: "failed",
      failure: {
        reason: "diverged",
        cause: "nonFinite",
        step: 9,
        message: `It reported ${value} at step 9, and was pruned there.`,
      },
    });
  }
  const lowest = [...reports, { step: 9, value: -Infinity }];
  t.is(prunedEnd(lowest, { directions: ["maximize"] }).state, "failed");
  t.is(prunedEnd(lowest, one).state, "pruned");
});

test("a failure mentions the result that was told before it, and that it does not count", (t) => {
  const told = (result: unknown, failure = error): string => {
    const end = failedEnd(failure, {
      kind: "failed",
      failure,
      ...(result !== undefined && { result }),
    });
    return end.state === "failed" ? end.failure.message : end.state;
  };
  t.is(told(undefined), "It broke");
  t.is(told(0.3), "It broke. Its result, 0.3, does not count.");
  t.is(told({ loss: 1, accuracy: 2 }), "It broke. Its result, loss 1, accuracy 2, does not count.");
  t.is(told([1, 2]), "It broke. Its result, 1, 2, does not count.");
  t.is(told(null), "It broke. Its result, null, does not count.");
  const ended = { ...error, message: "It broke!" };
  t.is(told(1, ended as never), "It broke! Its result, 1, does not count.");
  t.deepEqual(endOf({ kind: "failed", failure: error }, one, []), {
    state: "failed",
    failure: error,
  });
});

test("a caller tells a value or a state, and not two that contradict each other", (t) => {
  t.deepEqual(toldEnd(1, {}, one, []), { state: "complete", values: [1] });
  t.deepEqual(toldEnd(undefined, { failure: error }, one, []), { state: "failed", failure: error });
  t.deepEqual(toldEnd(1, { state: "complete" }, one, []), { state: "complete", values: [1] });
  t.deepEqual(toldEnd(undefined, { state: "pruned" }, one, reports), {
    state: "pruned",
    values: [2],
  });
  t.deepEqual(toldEnd(null, { state: "failed", failure: error }, one, []), {
    state: "failed",
    failure: error,
  });
  t.like(toldEnd(undefined, { state: "failed" }, one, []), {
    failure: { message: "The trial was told as failed." },
  });
  const throws = (message: RegExp, ...told: Parameters<typeof toldEnd>) =>
    t.throws(() => toldEnd(...told), { instanceOf: HpoError, message });
  throws(
    /state "complete": The objective returned nothing/,
    undefined,
    { state: "complete" },
    one,
    [],
  );
  throws(/state "complete": The objective returned NaN/, NaN, { state: "complete" }, one, []);
  throws(
    /"pruned" takes no value, got 1\. .*its last report/,
    1,
    { state: "pruned" },
    one,
    reports,
  );
  throws(/"failed" takes no value, got 0\. Drop the value\.$/, 0, { state: "failed" }, one, []);
  for (const nothing of [undefined, null]) {
    throws(
      /neither a value nor a state\. Give the metric, or state "pruned"/,
      nothing,
      {},
      one,
      [],
    );
  }
  throws(/can't end as "done"/, 1, { state: "done" as never }, one, []);
});

test("an infinity that can't be meant is told: what no trial can beat, and what is as bad as can be", (t) => {
  const note = (values: readonly number[], directions: readonly Direction[], state = "complete") =>
    infinityNote({ number: 3, state, values } as unknown as FinishedTrial, {
      name: "s",
      directions,
    });
  t.is(note([1], ["minimize"]), undefined);
  t.regex(
    note([-Infinity], ["minimize"]) ?? "",
    /^Trial 3 returned -Infinity: no trial can be better/,
  );
  t.regex(note([Infinity], ["maximize"]) ?? "", /no trial can be better/);
  t.is(note([-Infinity], ["minimize"], "pruned"), undefined);
  const both = ["minimize", "maximize"] as const;
  t.is(note([1, 2], both), undefined);
  t.regex(note([1, Infinity], both) ?? "", /^Trial 3 returned 1, Infinity: no trial can be better/);
  t.regex(
    note([1, -Infinity], both) ?? "",
    /^Trial 3 returned 1, -Infinity: as bad as can be in one metric/,
  );
  t.regex(note([Infinity, 2], both) ?? "", /as bad as can be/);
  t.is(note([Infinity, 2], both, "pruned"), undefined);
});
