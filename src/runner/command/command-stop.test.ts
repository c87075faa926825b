import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { RecorderOptions } from "../fixtures/host-trial.ts";
import { returned, failure } from "../fixtures/runner-tests.ts";
import { argvOf, hasPid, programPath, ran, untilGone } from "./testing/command-run.ts";

function attribute(heard: readonly string[], name: string): unknown {
  const line = heard.find((entry) => entry.startsWith(`userAttr "${name}" `))!;
  return JSON.parse(line.slice(`userAttr "${name}" `.length));
}

test("a pruned command is stopped at the step where the pruner says so", async (t) => {
  const { outcome, heard } = await ran({ command: argvOf("reportForever") }, { pruneAt: 2 });
  t.deepEqual(outcome, { kind: "pruned" });
  t.deepEqual(
    heard,
    [0, 1, 2].flatMap((step) => [`report ${step} ${step}`, `log {"step":${step}} ${step}`]),
  );
  const atEnd = await ran({ command: argvOf("print", '{"step": 1, "value": 1}') }, { pruneAt: 1 });
  t.deepEqual(atEnd.outcome, { kind: "pruned" });
});

test("what ignores SIGTERM is killed after the grace, with its children", async (t) => {
  const { outcome, heard } = await ran(
    { command: argvOf("family", "stay"), graceMs: 50 },
    { pruneAt: 1 },
  );
  t.deepEqual(outcome, { kind: "pruned" });
  await untilGone(attribute(heard, "pid") as number);
  await untilGone(attribute(heard, "childPid") as number);
  t.pass();
});

test("what a command leaves running at its end is killed", async (t) => {
  const { outcome, heard } = await ran({ command: argvOf("family", "leave") });
  t.deepEqual(outcome, returned(1));
  await untilGone(attribute(heard, "childPid") as number);
});

test("time that is up and an abort end the command, each with its reason", async (t) => {
  const late = await ran({ command: argvOf("reportForever") }, {}, async ({ reported, abort }) => {
    await reported;
    abort(new DOMException("too long", "TimeoutError"));
  });
  t.deepEqual(failure(late.outcome), { reason: "timeout", message: "too long" });
  const aborted = await ran(
    { command: argvOf("reportForever") },
    {},
    async ({ reported, abort }) => {
      await reported;
      abort(new Error("the study was stopped"));
    },
  );
  t.is(failure(aborted.outcome).reason, "lost");
  const before = await ran({ command: argvOf("reportForever") }, {}, ({ abort }) => abort());
  t.is(failure(before.outcome).reason, "lost");
});

test("what the study refuses ends the command and fails the trial", async (t) => {
  const { outcome } = await ran({
    command: [
      process.execPath,
      "-e",
      `console.log('{"attrs":{"refused":1}}');setInterval(()=>{},9)`,
    ],
  });
  t.is(failure(outcome).message, 'The attribute "refused" is refused.');
});

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

test("no command outlives a study that is killed, with its supervisor or without", async (t) => {
  const study = fileURLToPath(new URL("../fixtures/orphaning-study.js", import.meta.url));
  const orphans = async (isTogether: boolean): Promise<void> => {
    const killed = spawn(process.execPath, [study, programPath], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pids: number[] = [];
    for await (const line of createInterface({ input: killed.stdout })) {
      if (line === "reported") break;
      pids.push(Number(line.split(" ")[1]));
    }
    t.is(pids.length, 2);
    t.true(pids.every(hasPid));
    const supervisor = parentOf(pids[0]);
    if (isTogether) process.kill(supervisor, "SIGSTOP");
    killed.kill("SIGKILL");
    if (isTogether) process.kill(supervisor, "SIGKILL");
    await once(killed, "exit");
    for (const pid of pids) await untilGone(pid);
  };
  await Promise.all([orphans(false), orphans(true)]);
});

test("what left its group goes with a stopped command, and before a trial starts again", async (t) => {
  const { outcome, heard } = await ran(
    { command: argvOf("family", "stay", "session"), graceMs: 50 },
    { pruneAt: 1 },
  );
  t.deepEqual(outcome, { kind: "pruned" });
  await untilGone(attribute(heard, "childPid") as number);
  const folder = mkdtempSync(join(tmpdir(), "hpo-again-"));
  mkdirSync(join(folder, "0"));
  const env = { PATH: process.env["PATH"], HPO_TRIAL_DIR: join(folder, "0") };
  const earlier = spawn("sleep", ["1000"], { detached: true, env, stdio: "ignore" });
  const exit = once(earlier, "exit");
  await ran({ command: argvOf("print", '{"value": 1}') }, { folder });
  await exit;
});

test("a program that is stopped is told why before its SIGTERM", async (t) => {
  const program = `trap 'cat "$HPO_STOP_FILE"; exit 0' TERM; echo '{"step": 1, "value": 1}'; while :; do sleep 0.02; done`;
  const command = ["/bin/sh", "-c", program];
  const why = async (options: RecorderOptions, reason?: unknown): Promise<unknown> => {
    const { output } = await ran({ command }, options, async ({ reported, abort }) => {
      await reported;
      if (reason !== undefined) abort(reason);
    });
    // The shell tells of its sleep's end, too.
    return JSON.parse(/\{.*\}/.exec(output())![0]);
  };
  const told = await Promise.all([
    why({ pruneAt: 1 }),
    why({ pruneAt: 1, maxStep: 1 }),
    why({}, new DOMException("too long", "TimeoutError")),
    why({}, new Error("Ctrl-C")),
  ]);
  t.deepEqual(told, [
    { reason: "pruned" },
    { reason: "paused" },
    { reason: "timeout", message: "too long" },
    { reason: "interrupted", message: "The trial was stopped before its end: Ctrl-C" },
  ]);
});
