import test from "ava";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";
import { gzipSync } from "node:zlib";
import { HpoError } from "../../src/errors/errors.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { decode, float, searchSpace } from "../../src/space/index.ts";
import { deepobs } from "./deepobs.ts";
import { lcbench } from "./lcbench.ts";
import { pool } from "./pool.ts";
import type { TrialAnswer } from "./problem.ts";
import { taskset } from "./taskset.ts";

const folder = async (t: { teardown(work: () => Promise<void>): void }): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), "hpo-bench-"));
  t.teardown(() => rm(path, { recursive: true }));
  return path;
};

test("a pool answers with the nearest unused row and gives every row once", (t) => {
  const space = searchSpace({ x: float(1e-4, 1, { log: true }) });
  const rows = [1e-4, 1e-2, 1].map((x) => ({ params: { x }, value: x, regret: x }));
  const answer = pool(space, rows);
  t.deepEqual(answer({ x: 2e-2 }), { value: 1e-2, regret: 1e-2, row: { x: 1e-2 } });
  // On the logarithmic scale 0.03 is nearer to 1 than to 0.0001.
  t.is(answer({ x: 0.03 }).value, 1);
  t.is(answer({ x: 0.03 }).value, 1e-4);
  t.throws(() => answer({ x: 0.03 }), { message: /All 3 rows/ });
});

const hp = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, l1: 1e-6, l2: 1e-6 };
const decays = { linear_decay: 1e-6, exponential_decay: 1e-5 };
const run = (learning_rate: number, loss: string): string =>
  `{"hp": ${JSON.stringify({ learning_rate, ...hp, ...decays })}, "valid": {"loss": [0.7, ${loss}]}}`;

test("taskset reads files as published, packed or not, and measures regret against chance", async (t) => {
  const data = await folder(t);
  await mkdir(join(data, "taskset"));
  const text = `[${run(1e-3, "0.2")}, ${run(1e-2, "NaN")}, ${run(1e-1, "Infinity")}, ${run(1, "0.9")},
    ${run(1e-6, String((0.2 + Math.LN2) / 2))}]`;
  await writeFile(join(data, "taskset", "packed.json.gz"), gzipSync(text));
  await writeFile(join(data, "taskset", "plain.json"), text);
  t.deepEqual((await taskset.tasks(data)).all, ["packed", "plain"]);
  for (const task of ["packed", "plain"]) {
    const problem = await taskset.open(task, 0, data);
    t.is(problem.startRegret, 1);
    const ask = (learning_rate: number) =>
      problem.evaluate(
        {
          learning_rate,
          epsilon: 1e-8,
          l1: 1e-6,
          l2: 1e-6,
          ...decays,
          one_minus_beta1: 0.1,
          one_minus_beta2: 0.001,
        },
        0,
      );
    const best = await ask(1.1e-3);
    t.is(best.regret, 0);
    t.is(best.row?.learning_rate, 1e-3);
    t.true(Math.abs((best.row?.one_minus_beta1 as number) - 0.1) < 1e-12);
    t.true(Number.isNaN((await ask(1e-2)).value), "NaN diverged");
    t.true(Number.isNaN((await ask(1e-1)).value), "Infinity diverged");
    t.is((await ask(1)).regret, 1, "worse than chance is clipped");
    t.true(Math.abs((await ask(1e-6)).regret - 0.5) < 1e-12);
  }
});

test("data that is missing or of another form is named with its remedy", async (t) => {
  const data = await folder(t);
  await mkdir(join(data, "taskset"));
  await writeFile(join(data, "taskset", "odd.json"), '[{"hp": {}}]');
  await writeFile(join(data, "taskset", "torn.json"), '[{"hp"');
  await writeFile(join(data, "taskset", "hopeless.json"), `[${run(1, "0.9")}]`);
  const message = async (work: Promise<unknown>): Promise<string> =>
    (await t.throwsAsync(work, { instanceOf: HpoError })).message;
  t.regex(await message(taskset.tasks(undefined)), /--data is not given.*DyHPO/);
  t.regex(await message(taskset.open("odd", 0, data)), /odd\.json.*learning_rate/s);
  t.regex(await message(taskset.open("torn", 0, data)), /torn\.json can't be read/);
  t.regex(await message(taskset.open("hopeless", 0, data)), /better than chance.*--tasks/);
  t.regex(await message(deepobs.tasks(data)), /deepobs\.json\.gz.*DeepOBS_Baselines/);
  t.regex(await message(lcbench.tasks(data)), /config_space\.json.*yahpo_data/);
});

test("deepobs answers with the nearest learning rate that was run, noisy where seeds were", async (t) => {
  const data = await folder(t);
  const one = (optimizer: string, lr: number, seed: number, ...test_loss: (number | null)[]) => ({
    problem: "p",
    optimizer,
    lr,
    seed,
    test_loss,
    test_acc: [null],
  });
  const table = [
    ...[one("Adam", 0.01, 42, 2, 0.5), one("Adam", 0.01, 43, 2, 0.7), one("Adam", 1, 42, 2, null)],
    ...[one("Momentum", 0.01, 42, 2, 1.3), one("Momentum", 1, 42, 2, 9)],
  ];
  await writeFile(join(data, "deepobs.json.gz"), gzipSync(JSON.stringify(table)));
  t.deepEqual((await deepobs.tasks(data)).all, ["p"]);
  const problem = await deepobs.open("p", 0, data);
  const draws: TrialAnswer[] = [];
  for (let k = 0; k < 20; k++) {
    draws.push(await problem.evaluate({ optimizer: "Adam", lr: 0.02 }, k));
  }
  t.deepEqual([...new Set(draws.map(({ value }) => value))].sort(), [0.5, 0.7]);
  t.true(draws.every(({ regret }) => regret === 0));
  t.deepEqual(draws[0].row, { optimizer: "Adam", lr: 0.01 });
  const worse = await problem.evaluate({ optimizer: "Momentum", lr: 0.02 }, 0);
  t.true(
    Math.abs(worse.regret - 0.5) < 1e-12,
    "halfway between the best mean and the untrained loss",
  );
  t.is((await problem.evaluate({ optimizer: "Momentum", lr: 0.9 }, 0)).regret, 1);
  t.true(Number.isNaN((await problem.evaluate({ optimizer: "Adam", lr: 0.9 }, 0)).value));
});

test("lcbench: the model sees its inputs in its own order", async (t) => {
  const data = process.env.HPO_BENCH_DATA;
  if (data === undefined) {
    t.log("NOT RUN: set HPO_BENCH_DATA to the folder of published data to test the lcbench suite.");
    t.pass();
    return;
  }
  const { all, usual } = await lcbench.tasks(data);
  t.is(all.length, 34);
  t.is(usual.length, 17);
  for (const task of usual.slice(0, 3)) {
    const problem = await lcbench.open(task, 0, data);
    const rng = createRng(0, task);
    const regrets: number[] = [];
    for (let k = 0; k < 1000; k++) {
      const unit = problem.space.parameters.map(() => rng.uniform());
      regrets.push((await problem.evaluate(decode(problem.space, unit), k)).regret);
    }
    // By definition of the regret; another order of the inputs gives other values.
    t.true(Math.abs(median(regrets) - 1) < 0.1, `${task}: ${median(regrets)}`);
    t.true(Math.min(...regrets) > 0, "the best known is better than any of them");
  }
});
