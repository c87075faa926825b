import test, { type ExecutionContext } from "ava";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HpoError } from "../../src/errors/errors.ts";
import { drive } from "../compare/drive.ts";
import { planProblems } from "../compare/plan.ts";
import { analytic } from "../problems/analytic.ts";
import { conditional } from "../problems/conditional.ts";
import { diverging } from "../problems/diverging.ts";
import { mixed } from "../problems/mixed.ts";
import type { Problem } from "../problems/problem.ts";
import { startOptuna, type Optuna } from "./optuna.ts";
import { preparePeers } from "./peer-group.ts";
import { problemHash } from "./problem-hash.ts";
import { openTraces, type TraceKey } from "./traces.ts";

const folder = async (t: ExecutionContext): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), "hpo-traces-"));
  t.teardown(() => rm(path, { recursive: true }));
  return path;
};

const key: TraceKey = {
  peer: "optuna-5.0.0",
  sampler: "gp",
  suite: "s",
  task: "t",
  seed: 0,
  workers: 1,
  problemHash: "abc",
};
const kept = {
  suite: "s",
  task: "t",
  strategy: "optuna:gp",
  seed: 0,
  suggestMs: [],
  regret: [Infinity, 0.5, 0.5, 0.25],
  failed: 2,
  failedTrials: [0, 2],
};

test("a kept curve comes back, also its beginning, but never a longer or another one", async (t) => {
  const path = await folder(t);
  await openTraces(path).write(key, { ...kept, suggestMs: [1, 1, 1, 1] });
  const traces = openTraces(path);
  t.deepEqual(await traces.read(key, 4), kept);
  t.like(await traces.read(key, 2), { regret: [Infinity, 0.5], failed: 1, failedTrials: [0] });
  t.is(await traces.read(key, 5), undefined);
  for (const other of [{ seed: 1 }, { workers: 2 }, { problemHash: "abd" }, { sampler: "tpe" }]) {
    t.is(await traces.read({ ...key, ...other }, 4), undefined);
  }
  await traces.write(key, { ...kept, regret: [Infinity, 0.5] });
  t.deepEqual(await traces.read(key, 4), kept, "a shorter run does not replace it");
});

test("a file of kept curves that is torn is named with the remedy", async (t) => {
  const path = await folder(t);
  const traces = openTraces(path);
  await traces.write(key, kept);
  await writeFile(join(path, "optuna-5.0.0", "gp", "s.t.json.gz"), "torn");
  const reading = traces.read(key, 4);
  await t.throwsAsync(reading, { instanceOf: HpoError, message: /s\.t\.json\.gz.*Delete it/ });
});

test("the hash of a problem changes with the problem, and with nothing else", async (t) => {
  const hash = async (seed: number): Promise<string> =>
    problemHash(await analytic.open("branin", seed, undefined));
  t.is(await hash(1), await hash(1));
  t.not(await hash(1), await hash(2));
});

test.serial("without Python a peer is left out, and it is said what is missing", async (t) => {
  const before = process.env.HPO_PYTHON;
  process.env.HPO_PYTHON = "/nowhere/python";
  t.teardown(() => {
    if (before === undefined) delete process.env.HPO_PYTHON;
    else process.env.HPO_PYTHON = before;
  });
  const said: string[] = [];
  const plans = await planProblems({ suites: [diverging], seeds: [0] });
  const traces = openTraces(await folder(t));
  const options = { trials: 5, workers: 1, traces, mode: "kept" } as const;
  const peers = await preparePeers(["optuna:tpe"], plans, options, (text) => said.push(text));
  t.deepEqual(peers.names, []);
  t.is(said.length, 1);
  t.regex(said[0], /^SKIPPED optuna:tpe.*\/nowhere\/python.*HPO_PYTHON.*setup-peers/s);

  // With its curve kept, it takes part all the same.
  const hash = await problemHash(await plans[0].open());
  const own = { ...key, sampler: "tpe", suite: "diverging", task: "lr-edge", problemHash: hash };
  await traces.write(own, { ...kept, regret: [5, 4, 3, 2, 1], failedTrials: [] });
  const again = await preparePeers(["optuna:tpe"], plans, options, (text) => said.push(text));
  t.is(said.length, 1);
  t.deepEqual(again.names, ["optuna:tpe"]);
  t.like(await again.run("optuna:tpe", plans[0]), {
    strategy: "optuna:tpe",
    regret: [5, 4, 3, 2, 1],
  });
});

/** Optuna, or undefined and a loud word where it can't be imported. */
async function optunaOrNot(t: ExecutionContext): Promise<Optuna | undefined> {
  try {
    const optuna = await startOptuna();
    t.teardown(() => optuna.close());
    return optuna;
  } catch (error) {
    if (!(error instanceof HpoError)) throw error;
    t.log(`NOT RUN: ${error.message}`);
    t.pass();
    return undefined;
  }
}

test.serial("Optuna solves our problems: continuous, mixed, conditional, diverging", async (t) => {
  const optuna = await optunaOrNot(t);
  if (!optuna) return;
  t.truthy(optuna.versions.optuna);
  const tpe = optuna.contender("tpe");
  const problems: Problem[] = [
    await analytic.open("branin", 0, undefined),
    await mixed.open("hartmann6", 0, undefined),
    await conditional.open("layers", 0, undefined),
    await conditional.open("branin-hartmann6", 0, undefined),
    await diverging.open("lr-edge", 0, undefined),
  ];
  for (const problem of problems) {
    // drive checks every suggestion against the space.
    const options = { trials: 25, workers: 3 };
    const result = await drive(tpe, problem, options);
    t.is(result.suggestMs.length, 25);
    t.true(result.suggestMs.every((ms) => ms > 0));
    t.deepEqual((await drive(tpe, problem, options)).regret, result.regret, "a seed repeats it");
  }
  const failing = await drive(tpe, problems[4], { trials: 25, workers: 1 });
  t.true(failing.failed > 0);
});

test.serial("Optuna learns from a pool's rows, not from what it asked for", async (t) => {
  const optuna = await optunaOrNot(t);
  if (!optuna) return;
  const asked: number[] = [];
  const bowl = await diverging.open("lr-edge", 0, undefined);
  // Whatever is asked, the row is near a learning rate of 0.001, and good.
  const problem: Problem = {
    ...bowl,
    evaluate({ lr }, number) {
      asked.push(lr as number);
      const good = number % 3 === 0;
      const row = { lr: (good ? 1e-3 : 1) * 1.01 ** number, wd: 1e-3 };
      return { value: good ? 0 : 1, regret: 0, row };
    },
  };
  await drive(optuna.contender("tpe"), problem, { trials: 60, workers: 1 });
  const near = asked.slice(-20).filter((lr) => lr > 1e-4 && lr < 1e-2).length;
  t.true(near >= 10, `${near} of the last 20 near the good rows`);
});
