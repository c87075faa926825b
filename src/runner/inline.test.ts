import test from "ava";
import { TrialPruned } from "../errors/errors.ts";
import { recorder } from "./fixtures/host-trial.ts";
import { inlineRunner } from "./inline.ts";

test("a closure runs with the study's own trial, and what it throws stays what it was", async (t) => {
  const { trial, heard } = recorder({ params: { x: 2 } });
  const runner = inlineRunner<{ x: number }>((live) => {
    live.report(1, 0);
    return live.params.x;
  });
  t.deepEqual(await runner.run(trial), { kind: "returned", result: 2 });
  t.deepEqual(heard, ["report 1 0"]);

  const thrown = new TypeError("no");
  const failing = inlineRunner(() => {
    throw thrown;
  });
  const outcome = await failing.run(trial);
  t.like(outcome, { kind: "failed", failure: { reason: "error", message: "TypeError: no" } });
  t.is(outcome.kind === "failed" && outcome.error, thrown);
});

test("a pruned trial is known by the error's name, from any copy of the module", async (t) => {
  const foreign = Object.assign(new Error("stop"), { name: "TrialPruned" });
  for (const error of [new TrialPruned(), foreign]) {
    const runner = inlineRunner(() => Promise.reject(error));
    t.deepEqual(await runner.run(recorder().trial), { kind: "pruned" });
  }
});

test("no more trials run at once than there are slots, and close waits for them", async (t) => {
  let running = 0;
  let most = 0;
  const runner = inlineRunner(
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      return running--;
    },
    { slots: 3 },
  );
  const all = Array.from({ length: 10 }, () => runner.run(recorder().trial));
  await runner.close();
  t.is(running, 0);
  t.is(most, 3);
  t.is((await Promise.all(all)).length, 10);
});

test("an abort ends a trial that never would, and a free slot is left", async (t) => {
  const runner = inlineRunner(
    (live) => (live.params.x === 0 ? new Promise<number>(() => undefined) : 1),
    { abortGraceMs: 10 },
  );
  const stuck = recorder({ params: { x: 0 } });
  const ending = runner.run(stuck.trial);
  stuck.abort(new DOMException("The trial took more than 1 s.", "TimeoutError"));
  t.deepEqual(await ending, {
    kind: "failed",
    failure: { reason: "timeout", message: "The trial took more than 1 s." },
  });
  t.deepEqual(await runner.run(recorder({ params: { x: 1 } }).trial), {
    kind: "returned",
    result: 1,
  });
});

test("slots that are none are refused by value", (t) => {
  t.throws(() => inlineRunner(() => 1, { slots: 1.5 }), {
    message: /slots=1\.5 must be an integer ≥ 1/,
  });
});
