import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import type { Outcome } from "../../contracts/objective.ts";
import { commandRunner, type CommandOptions } from "./command-runner.ts";
import { startFailure } from "./start-failure.ts";
import { recorder, type Recorder, type RecorderOptions } from "../fixtures/host-trial.ts";

const program = fileURLToPath(new URL("../fixtures/program.js", import.meta.url));
const argvOf = (...args: string[]): string[] => [process.execPath, program, ...args];

// As where this process is a trial itself: none of it is the trial's that it runs.
process.env["HPO_MAX_STEP"] = "9";

interface Ran extends Recorder {
  readonly outcome: Outcome;
}

async function ran(
  options: CommandOptions,
  trialOptions?: RecorderOptions,
  meanwhile?: (trial: Recorder) => Promise<void> | void,
): Promise<Ran> {
  const runner = commandRunner(options);
  const made = recorder(trialOptions);
  const ending = runner.run(made.trial);
  await meanwhile?.(made);
  const outcome = await ending;
  await runner.close();
  return { ...made, outcome };
}

const returned = (result: unknown): Outcome => ({ kind: "returned", result });

function failure(outcome: Outcome) {
  if (outcome.kind !== "failed") throw new Error(`not failed: ${JSON.stringify(outcome)}`);
  return outcome.failure;
}

function attribute(heard: readonly string[], name: string): unknown {
  const line = heard.find((entry) => entry.startsWith(`userAttr "${name}" `))!;
  return JSON.parse(line.slice(`userAttr "${name}" `.length));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process stays a little while; ava's timeout ends this if it stays for good. */
async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5);
}

test("reports, curves, attributes, constraints and the result are read; the rest is output", async (t) => {
  const { outcome, heard, output } = await ran({ command: argvOf("train") });
  t.deepEqual(outcome, returned(0.25));
  t.deepEqual(heard, [
    ...[1, 2, 3].flatMap((step) => [
      `report ${1 / step} ${step}`,
      `log {"gradNorm":${step}} ${step}`,
    ]),
    'userAttr "device" "gpu0"',
    "constraints [-1,0.5]",
  ]);
  t.is(output(), "epoch done\n");
});

test("parameters reach the program unsplit, by placeholder and by environment", async (t) => {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "hpo-command-")));
  const params = { lr: 1e-7, name: "a 'b' \"c\" $(id) {lr}", flag: true, none: null };
  const { heard } = await ran(
    {
      command: `"${process.execPath}" "${program}" echo --lr={lr} {name} '{"flag": {flag}}' {{lr}} {trial_number} {gone|0} {none}`,
      parameters: ["lr", "name", "flag", "gone", "none"],
      cwd,
      env: { EXTRA: "1" },
    },
    { number: 7, params, folder: cwd, study: { name: "digits", metrics: { loss: "minimize" } } },
  );
  t.deepEqual(attribute(heard, "args"), [
    "--lr=1e-7",
    params.name,
    '{"flag": true}',
    "{lr}",
    "7",
    "0",
    "null",
  ]);
  const { HPO_WORKER: mark, ...told } = attribute(heard, "env") as Record<string, string>;
  t.regex(mark, /^[0-9a-f-]{36}$/);
  t.deepEqual(told, {
    HPO_PARAMS: JSON.stringify(params),
    HPO_PARAMS_FILE: join(cwd, "7", ".hpo", "params.json"),
    HPO_STOP_FILE: join(cwd, "7", ".hpo", "stop.json"),
    HPO_GRACE_SECONDS: "10",
    HPO_STUDY_NAME: "digits",
    HPO_METRICS: '{"loss":"minimize"}',
    HPO_TRIAL_NUMBER: "7",
    HPO_TRIAL_SEED: "1007",
    HPO_TRIAL_DIR: join(cwd, "7"),
    HPO_CHECKPOINT_DIR: join(cwd, "7", "checkpoints"),
    EXTRA: "1",
  });
  t.true(existsSync(join(cwd, "7", "checkpoints")));
  t.is(attribute(heard, "cwd"), cwd);
});

test("a shell runs pipes when asked, and a value stays one word", async (t) => {
  const { outcome, output } = await ran(
    { command: `echo it is {name} && printf '{"value": %s}\\n' {x} | cat`, shell: true },
    { params: { x: 3, name: "a; 'b' $(id)" } },
  );
  t.deepEqual(outcome, returned(3));
  t.is(output(), "it is a; 'b' $(id)\n");
});

test("a wrong command is an error at once, with the remedy", (t) => {
  const wrong = (options: CommandOptions, message: RegExp): void => {
    t.throws(() => commandRunner(options), { instanceOf: HpoError, message });
  };
  wrong({ command: "train {lrr}", parameters: ["lr"] }, /\{lrr\} names no parameter.*mean "lr"/);
  wrong({ command: "train > log" }, /unquoted >.*shell: true/);
  wrong({ command: "train 'a" }, /opens a ' at character 7/);
  wrong({ command: " " }, /command is empty/);
  wrong({ command: 'echo "{lr}"', shell: true }, /\{lr\} stands in quotes/);
  wrong({ command: "train", cwd: "/no/such/folder" }, /folder \/no\/such\/folder does not exist/);
  wrong({ command: "train", cwd: program }, /folder .*program\.js is a file\. .*correct cwd/);
  wrong({ command: "train", cwd: "a\0b" }, /folder .* can't be used .*null bytes/);
  wrong({ command: "train", env: { X: "$NO_SUCH_VARIABLE" } }, /NO_SUCH_VARIABLE is not set/);
  wrong({ command: "train", metric: { regex: "(" } }, /no regular expression/);
  wrong({ command: "train", metric: { regex: "loss" } }, /has no group/);
  wrong({ command: "train", slots: 0 }, /slots/);
  wrong({ command: "train", timeout: 3 } as CommandOptions, /timeout/);
});

test("a parameter that a trial lacks fails that trial and names the fallback", async (t) => {
  const { outcome } = await ran({ command: "train {momentum}", parameters: ["momentum"] });
  t.regex(failure(outcome).message, /\{momentum\} has no value in this trial.*\{momentum\|0\}/);
});

test("torn lines are joined, huge ones and garbage are output", async (t) => {
  const torn = await ran({ command: argvOf("torn") });
  t.deepEqual(torn.outcome, returned(0.75));
  t.deepEqual(torn.heard, ["report 0.5 1"]);
  t.is(torn.output(), 'π is {"no json}\n');
  const huge = await ran({ command: argvOf("huge") });
  t.deepEqual(huge.outcome, returned(2));
  t.true(huge.output().length < 70_000);
});

test("a program without a result fails and is told how to print one", async (t) => {
  const { outcome, output } = await ran({
    command: argvOf("print", '{"step": 1, "value": 2}', '{"value": "low"}'),
  });
  t.is(
    failure(outcome).message,
    'The command ended well but gave no result, only reports (1). Print {"value": 0.39} on a line of ' +
      'its own before the program ends. The last line that was not understood: value="low" must be a number.',
  );
  t.is(output(), '{"value": "low"}\n');
});

test("a pattern finds the metric, with steps as reports", async (t) => {
  const printed = argvOf(
    "print",
    "epoch 1 loss=0.5",
    "epoch 2 loss=nan",
    "epoch 3 loss=1e-2",
    "bye",
  );
  const steps = await ran({
    command: printed,
    metric: { regex: String.raw`epoch (?<step>\d+) loss=(?<value>\S+)` },
  });
  t.deepEqual(steps.heard, ["report 0.5 1", "report null 2", "report 0.01 3"]);
  t.deepEqual(steps.outcome, returned(0.01));
  t.true(steps.output().endsWith("epoch 3 loss=1e-2\nbye\n"));
  const last = await ran({
    command: printed,
    metric: { regex: String.raw`loss=([\d.e-]+)` },
  });
  t.deepEqual(last.outcome, returned(0.01));
  t.deepEqual(last.heard, []);
});

test("a failing command fails with its last words; lack of memory is told apart", async (t) => {
  const failed = failure((await ran({ command: argvOf("fail", "ValueError: bad", "3") })).outcome);
  t.is(failed.message, "The command ended with exit code 3: ValueError: bad");
  t.regex((failed as { stack: string }).stack, /Traceback/);
  const text = "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB";
  const memory = await ran({ command: argvOf("fail", text) });
  t.is(failure(memory.outcome).reason, "outOfMemory");
  const killed = failure((await ran({ command: argvOf("selfKill") })).outcome);
  t.regex(killed.message, /killed by SIGSEGV/);
  const missing = failure((await ran({ command: "no-such-program" })).outcome);
  t.regex(missing.message, /"no-such-program" could not be started: .*ENOENT/);
});

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

test("commands run side by side, each trial hears its own", async (t) => {
  const runner = commandRunner({ command: argvOf("echo", "{x}"), slots: 2 });
  const trials = [0, 1, 2, 3].map((number) => recorder({ number, params: { x: number } }));
  const outcomes = await Promise.all(trials.map(({ trial }) => runner.run(trial)));
  await runner.close();
  for (const [number, { heard }] of trials.entries()) {
    t.deepEqual(outcomes[number], returned(1));
    t.deepEqual(attribute(heard, "args"), [String(number)]);
  }
});

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`a supervisor that gets ${signal} takes its command along, and it is told so`, async (t) => {
    const { outcome, heard } = await ran(
      { command: argvOf("reportAndIgnoreTerm"), retries: 0 },
      {},
      async ({ reported, heard }) => {
        await reported;
        process.kill(parentOf(attribute(heard, "pid") as number), signal);
      },
    );
    t.regex(failure(outcome).message, new RegExp(`^The command was killed by ${signal}`));
    await untilGone(attribute(heard, "pid") as number);
  });
}

test("no command outlives a study that is killed, with its supervisor or without", async (t) => {
  const study = fileURLToPath(new URL("../fixtures/orphaning-study.js", import.meta.url));
  const orphans = async (isTogether: boolean): Promise<void> => {
    const killed = spawn(process.execPath, [study, program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pids: number[] = [];
    for await (const line of createInterface({ input: killed.stdout })) {
      if (line === "reported") break;
      pids.push(Number(line.split(" ")[1]));
    }
    t.is(pids.length, 2);
    t.true(pids.every(isAlive));
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

test("what can't be started is its trial's error, and the next one runs", async (t) => {
  const script = '[ -n "$HPO_PARAMS" ] || wc -c <"$HPO_PARAMS_FILE"; echo \'{"value": 1}\'';
  const runner = commandRunner({ command: ["/bin/sh", "-c", script, "{x}"] });
  const run = async (x: string, plain = runner) => {
    const made = recorder({ params: { x } });
    return { outcome: await plain.run(made.trial), ...made };
  };
  t.regex(failure((await run("a\0b")).outcome).message, /NUL character.*\{params_file\}/);
  const long = failure((await run("x".repeat(200_000))).outcome);
  t.regex(
    long.message,
    /E2BIG.*argument 3 alone has 200000 bytes.*\{params_file\}.*HPO_PARAMS_FILE/,
  );
  t.false("stack" in long);
  t.deepEqual((await run("short")).outcome, returned(1));
  await runner.close();
  const byFile = commandRunner({ command: ["/bin/sh", "-c", script, "{params_file}"] });
  const { outcome, output, heard } = await run("x".repeat(200_000), byFile);
  await byFile.close();
  t.deepEqual(outcome, returned(1));
  t.is(output(), "200008\n");
  t.regex(heard[0], /parameters are 195 KiB of JSON, too long for HPO_PARAMS.*HPO_PARAMS_FILE/);
});

test("the remedy fits what is missing: a program, a folder, rights, a shebang", (t) => {
  const cwd = mkdtempSync(join(tmpdir(), "hpo-start-"));
  writeFileSync(join(cwd, "t.py"), "#!/usr/bin/env python3\r\n");
  const problem = (program: string, code = "ENOENT", more = {}): string =>
    startFailure(
      { argv: [program], cwd, env: {}, ...more },
      { kind: "notStarted", message: `spawn ${program} ${code}`, code },
    );
  t.regex(
    problem("pyton"),
    /^The command "pyton" could not be started: spawn pyton ENOENT\. No folder/,
  );
  t.regex(problem("pyton", "ENOENT", { env: { PATH: "/x" } }), /PATH, which the study sets to \/x/);
  t.regex(problem("./u.py"), /There is no .*\/u\.py/);
  t.regex(
    problem("./t.py"),
    /t\.py is there, and the interpreter that its first line names is not/,
  );
  t.regex(problem("A=1"), /is a variable and no program: set it under env:/);
  t.regex(problem("python t.py"), /one word with spaces/);
  t.regex(problem("./t.py", "EACCES"), /chmod \+x.*python3 \.\/t\.py/);
  t.regex(problem("x", "ENOENT", { cwd: join(cwd, "gone") }), /Its folder .*gone does not exist/);
});
