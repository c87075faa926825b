import test from "ava";
import {
  commandRunner,
  createStudy,
  float,
  loadStudy,
  searchSpace,
  trialToJson,
} from "../../index.ts";
import type { Taken } from "../../contracts/lease.ts";
import { memoryStorage } from "../../storage/memory.ts";
import { engineOf } from "../study-internals.ts";

test("a trial's device is known while it runs, at its end, and to who opens the study again", async (t) => {
  const storage = memoryStorage();
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space }, { storage });
  const runner = commandRunner({
    command: [process.execPath, "-e", `console.log('{"step":1,"value":2}\\n{"value":1}')`],
    leases: [{ name: "cuda:0,cuda:1", env: {} }],
  });
  const whileRunning: (string | undefined)[] = [];
  study.subscribe((event) => {
    if (event.type === "reported") whileRunning.push(study.trials()[event.number].device);
  });
  await engineOf(study).optimizeWith(runner, { trials: 1 });
  await runner.close();
  t.deepEqual(whileRunning, ["cuda:0,cuda:1"]);
  for (const one of [study, await loadStudy("s", { storage })]) {
    const [trial] = one.trials("complete");
    t.is(trial.device, "cuda:0,cuda:1");
    t.is(trialToJson(trial).device, "cuda:0,cuda:1");
  }
});

/** A runner on one device, which another process holds until it is released. */
function heldRunner() {
  let isHeld = true;
  const take = (): Taken =>
    isHeld ? { kind: "held", by: "someone" } : { kind: "taken", giveBack: () => undefined };
  const runner = commandRunner({
    command: [process.execPath, "-e", `console.log('{"value":1}')`],
    leases: [{ name: "cuda:0", env: {}, lock: { take } }],
  });
  return { runner, letGo: () => (isHeld = false) };
}

test("a trial that has to wait for its device is not asked for yet: it knows what ended meanwhile", async (t) => {
  const { runner, letGo } = heldRunner();
  const study = await createStudy({ name: "s", space: searchSpace({ x: float(0, 1) }) });
  const whileWaiting = new Promise<void>((resolve) => {
    study.subscribe((event) => {
      if (event.type !== "note" || !event.message.startsWith("The next trial waits")) return;
      t.is(event.message, "The next trial waits for a device. In use: someone.");
      t.is(study.trials().length, 0);
      resolve();
    });
  });
  const running = engineOf(study).optimizeWith(runner, { trials: 1 });
  await whileWaiting;
  await study.addTrials([{ params: { x: 0.5 }, result: 3 }]);
  letGo();
  await running;
  await runner.close();
  const [, trial] = study.trials();
  t.like(trial, { state: "complete", device: "cuda:0" });
  t.like(trial.systemAttrs["hpo:asked"], { finished: 1 });
});

test("a study that waits for a device can be stopped, by its time as well, and leaves no trial", async (t) => {
  const { runner } = heldRunner();
  const study = await createStudy({ name: "s", space: searchSpace({ x: float(0, 1) }) });
  t.regex(
    await engineOf(study).optimizeWith(runner, { trials: 1, timeoutMs: 5 }),
    /the time of 5 ms is up/,
  );
  const stopping = engineOf(study).optimizeWith(runner, { workers: 3 });
  study.stop();
  t.is(await stopping, "stop was requested");
  const now = new AbortController();
  const aborting = engineOf(study).optimizeWith(runner, { signal: now.signal });
  now.abort();
  t.regex(await aborting, /stopped at once/);
  t.is(study.trials().length, 0);
  await runner.close();
});

test("workers that wait for one device begin no trial too many", async (t) => {
  const { runner, letGo } = heldRunner();
  const study = await createStudy({ name: "s", space: searchSpace({ x: float(0, 1) }) });
  letGo();
  await engineOf(study).optimizeWith(runner, { trials: 3, workers: 4 });
  t.is(study.counts.complete, 3);
  await engineOf(study).optimizeWith(runner, { total: 5, workers: 4 });
  await runner.close();
  t.is(study.counts.complete, 5);
  t.is(study.trials().length, 5);
});
