import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";
import { commandProbe } from "./command-probe.ts";
import { HpoError } from "../../errors/errors.ts";
import { parseMeasurement } from "../../theory/probe/measurement.ts";
import type { ProbeOptions } from "../../theory/probe/probe.ts";

const program = fileURLToPath(new URL("../../runner/fixtures/quadratic-probe.js", import.meta.url));
const env = process.env as Record<string, string>;

const start = (argv: readonly string[], answerMs?: number) =>
  commandProbe({ argv, cwd: ".", env, answerMs, graceMs: 200 });

async function measure(mischief?: string, options?: ProbeOptions, answerMs?: number) {
  const probe = await start([process.execPath, program, ...(mischief ? [mischief] : [])], answerMs);
  try {
    return await probe.measure(options);
  } finally {
    await probe.dispose?.();
  }
}

test("scalars from another process come to what the quadratic's algebra says", async (t) => {
  const measured = await measure(undefined, { crossChecks: true, budget: 800 });
  t.deepEqual(parseMeasurement(JSON.parse(JSON.stringify(measured))), measured);
  // H = diag(1, 2, 4), with coupled decay 1 the edge is 2/(4 + 1).
  const near = (actual: number | undefined, expected: number): void => {
    t.true(Math.abs(actual! / expected - 1) < 1e-9, `${actual} is not ${expected}`);
  };
  near(measured.sharpness?.value, 4);
  near(measured.powerIteration?.value, 4);
  near(measured.trace?.value, 7);
  const [sgd] = measured.optimizers;
  near(sgd.edge, 2 / 5);
  t.is(
    sgd.stability.kind === "threshold" && sgd.stability.sharpness?.value.toFixed(9),
    "5.000000000",
  );
  // u = g_0 = (1.5, 2, 4), the other batch's g = (.5, 2, 4): η_c = 2·20.75/(2.25 + 8 + 64).
  near(sgd.directionalEdge?.value, (2 * 20.75) / 74.25);
  // b_j = ±.5: one batch's variance is 1/3 (four of them), one example's 8/3; |G|² = 21 − 1/12.
  near(measured.simpleNoise?.value, 8 / 3 / (21 - 1 / 12));
  // H weighs that direction by 1: T = 8/3, gᵀHg = 73 − 1/12.
  near(measured.weightedNoise?.value, 8 / 3 / (73 - 1 / 12));
  near(measured.weightedNoise?.maxRate, (21 - 1 / 12) / (73 - 1 / 12));
  t.is(measured.assumptions.at(-1), "4 batches seeded the second moment");
  t.is(measured.cost.gradients, 5 + 4 + 4 + 6 + 14 + 10 + 4 + 100);
  // Above the edge the loss grows, step by step.
  t.true(sgd.rangeTest!.firstDivergence! > sgd.edge!);
});

test("an optimizer's prior fits into its budget, and what does not fit is said", async (t) => {
  const within = await measure();
  t.true(within.cost.gradients <= 100);
  t.deepEqual(within.warnings, []);
  const short = await measure(undefined, { budget: 14 });
  t.is(short.sharpness, undefined);
  t.true(short.warnings.some((warning) => warning.startsWith("λ_max was left out")));
  t.true(short.warnings.some((warning) => warning.startsWith("the noise scale was left out")));
});

test("a program that can't answer is an error that says why, and is not left behind", async (t) => {
  const fails = async (run: Promise<unknown>, message: RegExp): Promise<void> => {
    await t.throwsAsync(run, { instanceOf: HpoError, message });
  };
  await fails(start(["no-such-program-xyz"]), /could not be started.*ENOENT/s);
  await fails(start(["sh", "-c", "echo nothing >&2; exit 3"]), /exit code 3 without.*nothing/s);
  await fails(start(["echo", '{"value": 1}']), /trains instead of answering.*probe\.serve/s);
  await fails(start(["sleep", "1000"], 300), /gave no greeting to the probe within 0\.3 s/);
  await fails(measure("version"), /greeting of .*version/s);
  await fails(measure("nan"), /The loss at the start is NaN/);
  await fails(measure("dies"), /in the middle of the probe with exit code 7.\nno more/s);
  await fails(measure("hangs", undefined, 1000), /gave no answer to \{"ask":"update"/);
  await fails(measure(undefined, { optimizers: ["adam"] }), /can't be probed for adam/);
});

const python = process.env.HPO_PYTHON ?? "python3";
const client = fileURLToPath(new URL("../../../../clients/python", import.meta.url));
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;

test("the PyTorch client measures a net of torch's as its own mathematics says", async (t) => {
  if (!hasTorch) {
    t.log(`NOT RUN: ${python} can't import torch. Set HPO_PYTHON to a Python that can.`);
    t.pass();
    return;
  }
  const tests = ["-m", "unittest", "discover", "-s", "tests", "-p", "test_probe.py"];
  const unit = spawnSync(python, tests, { cwd: client, encoding: "utf8" });
  t.is(unit.status, 0, unit.stderr);
  const script = `
import sys, torch
from hpo import probe
torch.manual_seed(0)
x = torch.randn(256, 4); y = x.sum(1, keepdim=True) + torch.randn(256, 1)
model = torch.nn.Linear(4, 1)
batches = [(x[i:i + 8], y[i:i + 8]) for i in range(0, 256, 8)]
probe.serve(model, lambda m, b: ((m(b[0]) - b[1]) ** 2).mean(), batches,
            torch.optim.AdamW(model.parameters(), lr=1e-3))`;
  const probe = await commandProbe({
    argv: [python, "-c", script],
    cwd: ".",
    env: { ...env, PYTHONPATH: client },
  });
  const measured = await probe.measure();
  await probe.dispose?.();
  t.is(parseMeasurement(measured).optimizers[0].family, "adam");
  t.true(measured.optimizers[0].directionalEdge!.value! > 0);
  t.true(measured.cost.gradients <= 100);
});
