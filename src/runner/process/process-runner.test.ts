import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "ava";
import { recorder, type Recorder } from "../fixtures/host-trial.ts";
import { moduleRunnerContract } from "../fixtures/module-runner-contract.ts";
import { failure, returned, runnerTests, runOne } from "../fixtures/runner-tests.ts";
import { allProcesses, descendantsOf, processesWith, untilNone } from "../fixtures/processes.ts";
import type { Lease } from "../../contracts/lease.ts";
import { processRunner, type ProcessOptions } from "./process-runner.ts";

const crashes = new URL("../fixtures/crashes.js", import.meta.url);
const { withRunner, ranAlone } = runnerTests<Partial<ProcessOptions>>(processRunner);
const attribute = ({ heard }: Recorder, name: string): unknown => {
  const line = heard.find((entry) => entry.startsWith(`userAttr "${name}" `))!;
  return JSON.parse(line.slice(`userAttr "${name}" `.length));
};

// Processes are counted for the whole test process, so one test at a time.
test.serial.afterEach.always("no process outlives close, and none is left a zombie", (t) => {
  t.deepEqual(descendantsOf(process.pid), []);
});

moduleRunnerContract(test, processRunner);

test.serial("a trial's process is kept for the next one, and is not this one", async (t) => {
  await withRunner(
    "tellsPid",
    async (runner) => {
      const first = await runOne(runner);
      t.deepEqual((await runOne(runner)).outcome, first.outcome);
      t.notDeepEqual(first.outcome, returned(process.pid));
    },
    { module: crashes },
  );
});

test.serial("a deadly signal fails its trial with all it said; the next one runs", async (t) => {
  for (const signal of ["SIGSEGV", "SIGKILL", "SIGTERM", "SIGBUS"]) {
    await withRunner(
      "dies",
      async (runner) => {
        const died = await runOne(runner, { params: { x: -1, signal } });
        const failed = failure(died.outcome) as Record<string, string>;
        t.is(failed.reason, "error");
        t.regex(failed.message, new RegExp(`was killed by ${signal}.*: last words`));
        t.is(failed.stack, "first words\nlast words");
        t.deepEqual(died.heard, ["report 0.5 0"]);
        t.true(died.output().includes("said before\n"));
        t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
      },
      { module: crashes },
    );
  }
});

test.serial("no report is lost to an abort() just after it", async (t) => {
  const died = await ranAlone("aborts", { params: { x: -1 } }, { module: crashes });
  t.regex(failure(died.outcome).message, /was killed by SIGABRT/);
  t.is(died.heard.length, 100);
});

test.serial("a full heap and a passed memory limit are lack of memory", async (t) => {
  const heap = await ranAlone(
    "outOfHeap",
    { params: { x: -1 } },
    { execArgv: ["--max-old-space-size=24"] },
  );
  t.is(failure(heap.outcome).reason, "outOfMemory");
  t.regex(failure(heap.outcome).message, /SIGABRT.*FATAL ERROR.*heap out of memory/);
  for (const exportName of ["hoards", "childHoards"]) {
    await withRunner(
      exportName,
      async (runner) => {
        const bomb = failure((await runOne(runner, { params: { x: -1 } })).outcome);
        t.is(bomb.reason, "outOfMemory", exportName);
        t.regex(bomb.message, /held [\d.]+ MiB in memory, more than its limit of 250 MiB/);
      },
      { module: crashes, memoryLimit: "250MiB" },
    );
  }
});

test.serial(
  "what ignores the abort is killed with its children, SIGTERM ignored or not",
  async (t) => {
    for (const then of ["loop", "wait"]) {
      await withRunner(
        "family",
        async (runner) => {
          const made = recorder({ params: { then } });
          const ending = runner.run(made.trial);
          await made.reported;
          made.abort(new DOMException("The trial took more than 60 s.", "TimeoutError"));
          t.is(failure(await ending).reason, "timeout");
          const pids = attribute(made, "pids") as number[];
          const alive = () => allProcesses().filter(({ pid }) => pids.includes(pid));
          t.deepEqual(await untilNone(alive), []);
          t.deepEqual((await runOne(runner, { params: { then: "return" } })).outcome, returned(1));
        },
        { module: crashes, abortGraceMs: 20, killGraceMs: 50 },
      );
    }
  },
);

test.serial("a process that dies between two trials harms neither", async (t) => {
  await withRunner(
    "diesLater",
    async (runner) => {
      t.deepEqual((await runOne(runner)).outcome, returned(1));
      t.deepEqual(await untilNone(() => descendantsOf(process.pid)), []);
      t.deepEqual((await runOne(runner)).outcome, returned(1));
    },
    { module: crashes },
  );
});

test.serial("garbage in the channel fails its trial and says what is wrong", async (t) => {
  await withRunner(
    "garbles",
    async (runner) => {
      const garbled = failure((await runOne(runner, { params: { x: -1 } })).outcome);
      t.regex(garbled.message, /Something other than hpo wrote to the channel/);
      t.deepEqual((await runOne(runner, { params: { x: 2 } })).outcome, returned(2));
    },
    { module: crashes },
  );
});

test.serial("an objective that never yields is heard in whole", async (t) => {
  const { outcome, heard } = await ranAlone("chatters", {}, { module: crashes });
  t.deepEqual(outcome, returned(5000));
  t.is(heard.length, 5000);
  t.is(heard[4999], "report 4999 4999");
});

test.serial("each process is bound to its lease and its trials are told so", async (t) => {
  const status = readFileSync("/proc/self/status", "utf8");
  const ownCpus = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)![1];
  const firstCpu = Number(/^\d+/.exec(ownCpus)![0]);
  const leases: Lease[] = [
    { name: "cuda:1", env: { CUDA_VISIBLE_DEVICES: "GPU-b" } },
    { name: "cpu:first", env: {}, cpus: [firstCpu] },
    { name: "cpu:none", env: {}, cpus: [9999] },
  ];
  const runner = processRunner({ module: crashes, exportName: "tellsPlace", leases });
  t.is(runner.slots, 3);
  const trials = [0, 1, 2].map((number) => recorder({ number }));
  await Promise.all(trials.map(({ trial }) => runner.run(trial)));
  await runner.close();
  const printed = trials.map(({ output }) => output()).join("");
  t.regex(printed, /not bound to CPUs 9999: .*Invalid argument/s);
  const seen = trials.map(({ heard }) => heard.join("; ")).sort();
  t.deepEqual(seen, [
    `device "cpu:first"; userAttr "place" {"cpus":"${firstCpu}"}`,
    `device "cpu:none"; userAttr "place" {"cpus":"${ownCpus}"}`,
    `device "cuda:1"; userAttr "place" {"cpus":"${ownCpus}","cuda":"GPU-b"}`,
  ]);
});

test.serial("a process that can't start fails its trial with the reason", async (t) => {
  const { outcome } = await ranAlone("square", {}, { execArgv: ["--no-such-flag"] });
  t.regex(failure(outcome).message, /exit code 9 before the trial, twice.*bad option/);
});

test.serial(
  "no process outlives a study that is killed, loops and grandchildren included",
  async (t) => {
    const study = fileURLToPath(new URL("../fixtures/orphaning-processes.js", import.meta.url));
    const mark = `${process.pid}-${Date.now()}`;
    const killed = spawn(process.execPath, [study], {
      env: { ...process.env, HPO_TEST_MARK: mark },
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: killed.stdout })) {
      if (line === "both run") break;
    }
    // The study, two processes, and a child of each are running.
    t.is(processesWith("HPO_TEST_MARK", mark).length, 5);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    t.deepEqual(await untilNone(() => processesWith("HPO_TEST_MARK", mark)), []);
  },
);

test.serial("a memory limit that is none is refused by its words", (t) => {
  const make = (memoryLimit: string) => () =>
    processRunner({ module: crashes, workers: 1, memoryLimit });
  t.throws(make("4 GiBi"), { message: /memoryLimit="4 GiBi" must be a size.*Give 512MB/ });
  t.throws(make("0MB"), { message: /must be a size/ });
  t.throws(make("4"), {
    message:
      'memoryLimit="4", which is bytes, is less than any process holds (1MiB at least). Give it with its unit: 512MB, 4GiB.',
  });
  t.throws(make("4KB"), { message: /^memoryLimit="4KB" is less than any process holds/ });
});
