import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import test from "ava";
import { recorder, type Recorder } from "../fixtures/host-trial.ts";
import { moduleRunnerContract } from "../fixtures/module-runner-contract.ts";
import { failure, returned, runnerTests, runOne } from "../fixtures/runner-tests.ts";
import { allProcesses, untilNone } from "../fixtures/processes.ts";
import { threadRunner, type ThreadOptions } from "./thread-runner.ts";

const threads = new Set<Worker>();
process.on("worker", (thread) => {
  threads.add(thread);
  thread.once("exit", () => threads.delete(thread));
});

const { withRunner, ranAlone } = runnerTests<Partial<ThreadOptions>>(threadRunner);

// Threads are counted for the whole process, so one test at a time.
test.serial.afterEach.always("no thread outlives close", (t) => {
  t.is(threads.size, 0);
});

moduleRunnerContract(test, threadRunner);

test.serial(
  "a trial that breaks its memory limit is out of memory, and the next runs",
  async (t) => {
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
    await withRunner(
      "outOfHeap",
      async (runner) => {
        t.is(failure((await runOne(runner, { params: { x: -1 } })).outcome).reason, "outOfMemory");
        t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
      },
      { resourceLimits },
    );
    t.is(failure((await ranAlone("hugeBuffer")).outcome).reason, "outOfMemory");
  },
);

test.serial("a trial that ignores the abort loses its thread, not its slot", async (t) => {
  for (const exportName of ["never", "blocked"]) {
    await withRunner(
      exportName,
      async (runner) => {
        const { trial, reported, abort, heard } = recorder({ params: { x: -1 } });
        const ending = runner.run(trial);
        await reported;
        abort(new Error("the study was stopped"));
        t.is(failure(await ending).reason, "lost", exportName);
        t.deepEqual(heard, ["report 0 0"]);
        t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
      },
      { abortGraceMs: 20 },
    );
  }
});

test.serial("a thread given up leaves as soon as its objective speaks", async (t) => {
  await withRunner(
    "rudeLoop",
    async (runner) => {
      const { trial, reported, abort } = recorder();
      const ending = runner.run(trial);
      await reported;
      abort();
      t.is(failure(await ending).reason, "lost");
      // Without the thread's own end, only the test's time limit would end this wait.
      while (threads.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    { abortGraceMs: 20 },
  );
});

test.serial("what an objective starts does not outlive its thread, nor its study", async (t) => {
  const crashes = new URL("../fixtures/crashes.js", import.meta.url);
  const started = ({ heard }: Recorder): number => Number(heard[0].split(" ").at(-1));
  const alive = (pid: number) => () =>
    allProcesses().filter((one) => one.pid === pid && one.state !== "Z");
  const kept = threadRunner({
    module: crashes,
    exportName: "leavesProcess",
    workers: 1,
    abortGraceMs: 20,
  });
  const stays = started(await runOne(kept, { params: { x: 1 } }));
  t.is(alive(stays)().length, 1, "it stays for the next trial");
  const given = recorder({ params: { x: -1 } });
  const ending = kept.run(given.trial);
  await given.reported;
  given.abort();
  t.is(failure(await ending).reason, "lost");
  t.deepEqual(await untilNone(alive(started(given))), []);
  await kept.close();
  t.deepEqual(await untilNone(alive(stays)), []);
  const study = fileURLToPath(new URL("../fixtures/orphaning-threads.js", import.meta.url));
  const killed = spawn(process.execPath, [study], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: killed.stdout }), "line")) as [string];
  t.is(alive(Number(line))().length, 1);
  killed.kill("SIGKILL");
  t.deepEqual(await untilNone(alive(Number(line))), []);
});

test.serial("what a trial prints is kept with it", async (t) => {
  await withRunner(
    "prints",
    async (runner) => {
      const all = await Promise.all([1, 2].map((number) => runOne(runner, { number })));
      t.is(all[0].output(), "log of 1\nerror of 1\nraw\n");
      t.is(all[1].output(), "log of 2\nerror of 2\nraw\n");
    },
    { workers: 2 },
  );
});
