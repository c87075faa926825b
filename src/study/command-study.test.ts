import test from "ava";
import { random } from "../../strategies/index.ts";
import { commandRunner, createStudy, float, searchSpace, type FinishedTrial } from "../index.ts";
import { engineOf } from "./study-internals.ts";

/**
 * Runs one trial for each program, in order.
 * @returns the trials by number, and what the run threw
 */
async function ranShells(
  programs: readonly string[],
  definition: object = {},
  options: object = {},
) {
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "digits", space, strategy: random(), ...definition });
  const cases = programs.map((program, number) => `${number}) ${program} ;;`).join("\n");
  const script = `case $HPO_TRIAL_NUMBER in\n${cases}\nesac`;
  const runner = commandRunner({ command: ["/bin/sh", "-c", script], graceMs: 20 });
  const run = { trials: programs.length, trialTimeoutMs: 4000, catch: true, ...options };
  const thrown = await engineOf(study)
    .optimizeWith(runner, run)
    .then(
      () => undefined,
      (error: unknown) => error as Error,
    );
  await runner.close();
  return { trials: study.trials() as FinishedTrial[], thrown };
}

test("a result that was told before a crash or a time-out is mentioned, and does not count", async (t) => {
  const { trials } = await ranShells(
    [
      `echo '{"value": 0.25}'; echo "can't save" >&2; exit 3`,
      `echo '{"values": {"loss": 0.5, "time": 2}}'; while :; do sleep 0.02; done`,
      "exit 3",
    ],
    { metrics: { loss: "minimize", time: "minimize" } },
  );
  t.deepEqual(
    trials.map((trial) => trial.state === "failed" && trial.failure.message),
    [
      "The command ended with exit code 3: can't save. Its result, 0.25, does not count.",
      "The trial ran longer than its limit of 4 s and was stopped. Raise trialTimeoutMs " +
        "(--trial-timeout, in YAML trialTimeoutSeconds) if it needs more. Its result, loss 0.5, time 2, " +
        "does not count.",
      "The command ended with exit code 3 and printed nothing on stderr.",
    ],
  );
});

test("where stdout tells a metric after a bar on stderr did, the trial's curve is stdout's, extra curves stay", async (t) => {
  const bar = 'for at in 7 8 9; do echo "50%|##| loss=$at" >&2; done';
  const extra = `echo '{"step": 1, "log": {"norm": 2}}'`;
  const curve = "echo epoch 1 loss=4; echo epoch 2 loss=3; echo epoch 3 loss=2";
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "bars", space, strategy: random() });
  const script = `${bar}; sleep 0.2; ${extra}; ${curve}`;
  const runner = commandRunner({
    command: ["/bin/sh", "-c", script],
    metric: { name: "loss" },
  });
  await engineOf(study).optimizeWith(runner, { trials: 1 });
  await runner.close();
  const [trial] = study.trials();
  t.deepEqual(
    trial.reports.map(({ step, value }) => [step, value]),
    [
      [1, 4],
      [2, 3],
      [3, 2],
    ],
  );
  t.deepEqual(trial.systemAttrs["hpo:curves"], { norm: [[1, 2]] });
});

test("a program is told its study; an error of hpo's has no stack of hpo's", async (t) => {
  const tell = `printf '{"attrs": {"metrics": %s, "name": "%s"}}\\n' "$HPO_METRICS" "$HPO_STUDY_NAME"`;
  const { trials, thrown } = await ranShells([tell], { direction: "maximize" }, { catch: false });
  t.deepEqual(trials[0].userAttrs, { name: "digits", metrics: { value: "maximize" } });
  t.regex(thrown!.message, /^Trial 0: The command ended well but gave no result/);
  t.is(thrown!.stack, `${thrown!.name}: ${thrown!.message}`);
});
