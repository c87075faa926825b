import test from "ava";
import { contains, encode } from "../../src/space/index.ts";
import { random } from "../../strategies/random.ts";
import { compare } from "../compare/compare.ts";
import { planProblems } from "../compare/plan.ts";
import { strategyContender } from "../compare/strategy-contender.ts";
import { theorySuite } from "../problems/first-trials.ts";
import { selectBackend } from "../../src/tfjs/index.ts";
import { tableArms, type TableArmName } from "./arms.ts";
import { tableMeasurement, tableRows } from "./read-table.ts";
import { tableSpace, tableSpecs } from "./table-spec.ts";
import { tfjsTraining } from "./tfjs-trainings.ts";

// A user would miss: that the tables are what tables.json says, and that an arm knows what it should.

/** Of each table. */
const SETTINGS = 160;

const specNamed = (name: string) => tableSpecs.find((spec) => spec.name === name)!;

test("each half has every optimizer once, and every table its settings and its measurement", (t) => {
  for (const half of ["choosing", "judging"]) {
    const optimizers = tableSpecs.filter((spec) => spec.for === half).map((one) => one.optimizer);
    t.deepEqual(optimizers.sort(), ["adamw", "lion", "momentum", "rmsprop", "sgd"]);
  }
  for (const spec of tableSpecs) {
    const rows = tableRows(spec);
    const { parameters } = tableSpace(spec);
    t.is(rows.length, SETTINGS, spec.name);
    for (const { params } of rows) {
      t.true(
        parameters.every(({ name, distribution }) => contains(distribution, params[name])),
        `${spec.name}: ${JSON.stringify(params)}`,
      );
    }
    t.is(Math.min(...rows.map(({ regret }) => regret)), 0);
    t.true((tableMeasurement(spec).optimizers[0].directionalEdge?.value ?? 0) > 0, spec.name);
  }
});

test.serial("training a setting again gives its value", async (t) => {
  await selectBackend("wasm");
  const spec = specNamed("regression-sgd");
  const rows = tableRows(spec).filter(({ params }) => Number(params.batchSize) > 64);
  const { params, value } = rows.find((row) => !Number.isNaN(row.value))!;
  const training = tfjsTraining(spec);
  const again = [await training.run(params, 0), await training.run(params, 1)];
  t.true(Math.abs(((again[0] ?? NaN) + (again[1] ?? NaN)) / (2 * value) - 1) < 1e-3);
});

test("arms: theory's prior is densest near its centre, the wrong one far from it, the oracle's at the best", (t) => {
  const spec = specNamed("conv-momentum");
  const space = tableSpace(spec);
  const densityAt = (arm: TableArmName, seed: number, lr: number): number => {
    const at = encode(space, { lr, batchSize: 32, oneMinusMomentum: 0.1 });
    return tableArms[arm](spec, space, seed).prior!.begin().prior!.logDensity(at);
  };
  t.is(tableArms.none(spec, space, 0).prior, undefined);
  // η_c is 3.97, and √η_c·.09 is theory's centre for a heavy ball of few weights.
  t.true(densityAt("theory", 0, 0.18) > densityAt("theory", 0, 1e-3));
  t.true(densityAt("usual", 0, 0.01) > densityAt("usual", 0, 1));
  t.true(densityAt("wrong", 0, 9) > densityAt("wrong", 0, 0.18));
  t.true(densityAt("wrong", 1, 1e-3) > densityAt("wrong", 1, 0.18));
  const best = tableRows(spec).reduce((a, b) => (b.regret < a.regret ? b : a));
  const oracle = tableArms.oracle(spec, space, 0).prior!.begin().prior!;
  t.true(oracle.logDensity(encode(space, best.params)) > 2);
});

test("a suite with arms: a row for each strategy with each, and each tested against the baselines", async (t) => {
  const suites = [theorySuite];
  const plans = await planProblems({ suites, seeds: [0, 1], tasks: "choosing/conv-momentum" });
  const contender = strategyContender("random", random);
  const peers = { names: [], run: () => Promise.reject(new Error("no peers")), close: () => {} };
  const options = { suites, strategies: [contender], peers, trials: 10, workers: 1 };
  const progress = { step: () => {}, note: () => {}, end: () => {} };
  const { results, summaries } = await compare(plans, options, progress);
  const [summary] = summaries;
  const names = Object.keys(tableArms).map((arm) => `random+${arm}`);
  t.deepEqual([...new Set(results.map(({ strategy }) => strategy))].sort(), [...names].sort());
  t.deepEqual(summary.checkpoints, [3, 5, 10]);
  t.deepEqual(
    summary.armTests.map(({ strategy, baseline }) => [strategy, baseline]),
    [
      ["random", "none"],
      ["random", "usual"],
    ],
  );
  const [{ rows }] = summary.armTests;
  const none = rows.find(({ arm }) => arm === "none")!;
  const oracle = rows.find(({ arm }) => arm === "oracle")!;
  t.true(none.cells.every(({ p }) => p === undefined));
  t.true(oracle.cells.every(({ p }) => p !== undefined && p <= 1));
  t.true(oracle.cells[2].mean < none.cells[2].mean, "drawn around the best setting");
});
