import { existsSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getEventListeners } from "node:events";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { commandRunner, type CommandOptions } from "./command-runner.ts";
import { recorder } from "../fixtures/host-trial.ts";
import { returned, failure } from "../fixtures/runner-tests.ts";
import { argvOf, programPath, ran, untilGone } from "./testing/command-run.ts";

function attribute(heard: readonly string[], name: string): unknown {
  const line = heard.find((entry) => entry.startsWith(`userAttr "${name}" `))!;
  return JSON.parse(line.slice(`userAttr "${name}" `.length));
}

// As where this process is a trial itself: none of it is the trial's that it runs.
process.env["HPO_MAX_STEP"] = "9";

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

test("a trial's signal keeps no listener of a command that has ended", async (t) => {
  const { trial } = await ran({ command: argvOf("train") });
  t.deepEqual(getEventListeners(trial.signal, "abort"), []);
});

test("parameters reach the program unsplit, by placeholder and by environment", async (t) => {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "hpo-command-")));
  const params = { lr: 1e-7, name: "a 'b' \"c\" $(id) {lr}", flag: true, none: null };
  const { heard } = await ran(
    {
      command: `"${process.execPath}" "${programPath}" echo --lr={lr} {name} '{"flag": {flag}}' {{lr}} {trial_number} {gone|0} {none}`,
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
  wrong({ command: "train", cwd: programPath }, /folder .*program\.js is a file\. .*correct cwd/);
  wrong({ command: "train", cwd: "a\0b" }, /folder .* can't be used .*null bytes/);
  wrong({ command: "train", env: { X: "$NO_SUCH_VARIABLE" } }, /NO_SUCH_VARIABLE is not set/);
  wrong({ command: "train", metric: { regex: "(" } }, /no regular expression/);
  wrong({ command: "train", metric: { regex: "loss" } }, /has no group/);
  wrong({ command: "train", slots: 0 }, /slots/);
  wrong({ command: "train", timeout: 3 } as CommandOptions, /timeout/);
});

test("a parameter may be called as a placeholder of ours where the command does not write that", (t) => {
  const planned = (command: string | string[]) => () =>
    commandRunner({ command, parameters: ["trial_number", "lr"] });
  for (const command of ["t {lr}", "t {{trial_number}}", ["t", "trial_number"]]) {
    t.notThrows(planned(command), String(command));
  }
  for (const command of [
    "t {trial_number}",
    ["t", "--n={trial_number|0}"],
    "t {trial_number?--x}",
  ]) {
    t.throws(planned(command), { message: /^The command's \{trial_number\} is the parameter/ });
  }
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
      'its own before the program ends, or name what it prints: metric: val_loss. The last line that was not understood: value="low" must be a number.',
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
