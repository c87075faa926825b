import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { createStudy } from "../open-study.ts";
import type { OptimizeOptions } from "../run-options.ts";
import { commandRunner } from "../../runner/command/command-runner.ts";
import { descendantsOf, untilNone } from "../../runner/fixtures/processes.ts";
import { categorical, searchSpace } from "../../space/index.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import type { TrialOptions } from "../../runner/trial-options.ts";
import type { ActiveTrial } from "./active-trial.ts";
import { watchTrial } from "./time-limits.ts";
import { engineOf } from "../study-internals.ts";

const module = new URL("../../runner/fixtures/timed.js#timed", import.meta.url);
const space = searchSpace({
  how: categorical(["quick", "loops", "waits", "talks", "prints"]),
});

/** Runs the module's objective once for each way, in this order. */
async function ran(hows: readonly string[], options: OptimizeOptions): Promise<FinishedTrial[]> {
  const study = await createStudy({ name: "timed", space });
  for (const how of hows) await study.enqueue({ how });
  await study.optimize(module, { trials: hows.length, ...options });
  return study.trials() as FinishedTrial[];
}

const failure = (trial: FinishedTrial) => (trial.state === "failed" ? trial.failure : undefined);

test.serial("a trial's time limit holds in a process, whatever the trial does", async (t) => {
  const hows = ["loops", "quick", "waits", "quick"];
  const trials = await ran(hows, { trialTimeoutMs: 2000, abortGraceMs: 50 });
  t.deepEqual(
    trials.map(({ state }) => state),
    ["failed", "complete", "failed", "complete"],
  );
  t.deepEqual(failure(trials[0]), {
    reason: "timeout",
    message:
      "The trial ran longer than its limit of 2 s and was stopped. Raise trialTimeoutMs " +
      "(--trial-timeout, in YAML trialTimeoutSeconds) if it needs more.",
    limitMs: 2000,
  });
  t.is(failure(trials[2])?.reason, "timeout");
  t.deepEqual(await untilNone(() => descendantsOf(process.pid)), []);
});

test.serial("silence ends a trial that says nothing, not one that reports or prints", async (t) => {
  const hows = ["talks", "prints", "waits"];
  for (const isolation of ["thread", "process"] as const) {
    const trials = await ran(hows, { silenceMs: 3000, isolation, abortGraceMs: 50, workers: 3 });
    t.deepEqual(
      trials.map(({ state }) => state),
      ["complete", "complete", "failed"],
      isolation,
    );
    t.regex(failure(trials[2])!.message, /reported and printed nothing for 3 s.*--silence/);
  }
});

test.serial("a command is held to the same limits, and what it prints is heard", async (t) => {
  const study = await createStudy({ name: "command", space });
  for (const how of ["prints", "waits"]) await study.enqueue({ how });
  const script = `
    let left = "{how}" === "prints" ? 35 : Infinity;
    setInterval(() => {
      if (left !== Infinity) console.log("{how}", left);
      if (--left === 0) { console.log('{"value": 1}'); process.exit(); }
    }, 100);`;
  const runner = commandRunner({
    command: [process.execPath, "-e", script],
    parameters: ["how"],
    slots: 2,
  });
  await engineOf(study).optimizeWith(runner, { trials: 2, workers: 2, silenceMs: 3000 });
  await runner.close();
  const [prints, waits] = study.trials() as FinishedTrial[];
  t.is(prints.state, "complete");
  t.regex(failure(waits)!.message, /printed nothing/);
});

test.serial("in this thread a limit ends what awaits, and judges what does not", async (t) => {
  const study = await createStudy({ name: "inline" });
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  const objective = async ({ number, signal }: { number: number; signal: AbortSignal }) => {
    if (number === 0) await sleep(2 ** 30, undefined, { signal });
    for (const end = performance.now() + 60; performance.now() < end;) Math.sqrt(2);
    return 1;
  };
  await study.optimize(objective, { trials: 2, trialTimeoutMs: 50 });
  const [awaits, blocks] = study.trials() as FinishedTrial[];
  t.regex(failure(awaits)!.message, /ran longer than its limit of 0\.05 s and was stopped/);
  t.is(failure(blocks)?.reason, "timeout");
  t.regex(failure(blocks)!.message, /could not be stopped.*Give the objective as a module/);
  t.regex(notes.join("\n"), /time limits stop it only where it awaits/);
});

test.serial("the time that a trial waits for its slot is not its own", async (t) => {
  const study = await createStudy({ name: "queue" });
  const { inlineRunner } = await import("../../runner/inline.ts");
  const runner = inlineRunner(() => sleep(100, 1), { slots: 1 });
  await engineOf(study).optimizeWith(runner, { trials: 5, workers: 5, trialTimeoutMs: 400 });
  t.deepEqual(
    study.trials().map(({ state }) => state),
    Array<string>(5).fill("complete"),
  );
});

test.serial("the time that a worker takes to start and import is not its trial's", async (t) => {
  const slow = new URL("../../runner/fixtures/slow-import.js#slowImport", import.meta.url);
  for (const isolation of ["thread", "process"] as const) {
    const study = await createStudy({ name: isolation });
    await study.optimize(slow, { trials: 1, isolation, trialTimeoutMs: 2000, silenceMs: 2000 });
    const [trial] = study.trials() as FinishedTrial[];
    t.is(trial.state, "complete", `${isolation}: ${failure(trial)?.message}`);
    // A millisecond more or less is the two clocks' rounding.
    t.true(Number(trial.startedAt) > (trial.userAttrs["importedAt"] as number) - 10, isolation);
  }
});

test("a worker that never calls its objective is stopped, a minute later at the earliest", async (t) => {
  const startingFor = (ms: number, limits: TrialOptions) =>
    new Promise<unknown>((resolve) => {
      const at = performance.now() - ms;
      const clock = { beganAt: at, heardAt: at, isStarting: true };
      const trial = { clock, abort: resolve };
      const watch = watchTrial(trial as unknown as ActiveTrial, limits, false);
      setTimeout(() => resolve(watch.end()), 100);
    });
  t.is(await startingFor(30_000, { trialTimeoutMs: 10 }), undefined);
  t.regex(String(await startingFor(61_000, { trialTimeoutMs: 10 })), /without calling.*module/);
});

test("limits and isolations that are none are refused by name", async (t) => {
  const study = await createStudy({ name: "wrong" });
  const wrong = (options: object, message: RegExp) =>
    t.throwsAsync(study.optimize(module, { trials: 1, ...options }), {
      instanceOf: HpoError,
      message,
    });
  await wrong({ trialTimeoutMs: 0 }, /trialTimeoutMs=0 must be a number > 0/);
  await wrong({ silenceMs: "5m" }, /silenceMs="5m" must be a number > 0/);
  await wrong({ memoryLimit: "4 G" }, /memoryLimit="4 G" must be a size/);
  await wrong({ isolation: "fork" }, /isolation="fork" must be one of thread, process, auto/);
  await wrong(
    { isolation: "thread", memoryLimit: "1GiB" },
    /memoryLimit needs trials in processes/,
  );
  await t.throwsAsync(
    study.optimize(() => 1, { trials: 1, isolation: "process" }),
    { message: /a function can't run in isolation "process"/ },
  );
});
