import test from "ava";
import { decode, encode, float, searchSpace } from "hpo";
import { random } from "hpo/strategies";
import { selectBackend } from "hpo/tfjs";
import { barsOf } from "../prior-ablation.ts";
import { cells, cellSpace, trainCell } from "./cells.ts";
import { searchTable } from "./look-up.ts";
import { regretOf, scaleOf, shareOfTrials, trialsTo } from "./summary.ts";
import { readTable } from "./tables.ts";
import { designParams } from "./train-rows.ts";

// A user would miss: that the tables are what this code trains, and that the prior does what is
// said of it.

test("every cell has a table, with its own design and a measured edge", (t) => {
  for (const cell of cells) {
    const table = readTable(cell.problem.name);
    const rows = table?.rows[cell.optimizer] ?? [];
    t.true(rows.length >= 90, `${cell.problem.name} ${cell.optimizer}: ${rows.length}`);
    const one = table?.measurement.optimizers.find(({ name }) => name === cell.optimizer);
    t.true((one?.directionalEdge?.value ?? 0) > 0);
    const space = cellSpace(cell);
    for (const { index, params } of rows.slice(0, 10)) {
      const [a, b] = [encode(space, params), encode(space, designParams(cell, index))];
      t.true(a.every((x, i) => Math.abs(x - b[i]) < 1e-4));
    }
  }
});

test.serial("training a row again gives its value", async (t) => {
  await selectBackend("wasm");
  for (const name of ["iris"]) {
    for (const cell of cells.filter(({ problem }) => problem.name === name)) {
      const { index, value } = readTable(name)!.rows[cell.optimizer][3];
      const data = await cell.problem.data();
      const again = await trainCell(cell, data, designParams(cell, index), index);
      if (value === null) t.is(again, undefined);
      else t.true(Math.abs((again ?? NaN) / value - 1) < 1e-4, `${again} ${value}`);
    }
  }
});

const line = searchSpace({ x: float(0, 1) });

test("a look-up gives each row once, the nearest one, and its own parameters", (t) => {
  const rows = Array.from({ length: 20 }, (_, index) => {
    const params = decode(line, Float64Array.of((index + 0.5) / 20));
    return { index, params, value: index === 3 ? null : index };
  });
  const best = searchTable({ space: line, rows, strategy: random(), trials: 20, seed: 0 });
  t.is(best.length, 20);
  t.is(best[19], 0);
  t.true(best.every((value, i) => i === 0 || value <= best[i - 1]));
  const lost = rows.map((row) => ({ ...row, value: null }));
  t.deepEqual(searchTable({ space: line, rows: lost, strategy: random(), trials: 3, seed: 0 }), [
    Infinity,
    Infinity,
    Infinity,
  ]);
});

test("regret is 0 at the best row and 1 at the median; trials are counted to no prior's end", (t) => {
  const scale = scaleOf([1, 2, 3, null, 5, 100]);
  t.deepEqual(scale, { best: 1, median: 3 });
  const regret = regretOf(
    [
      [Infinity, 3, 1],
      [2, 2, 2],
    ],
    scale,
  );
  t.deepEqual(regret, [0.75, 0.75, 0.25]);
  t.is(trialsTo(regret, 0.25), 3);
  t.is(trialsTo(regret, 0.1), Infinity);
  t.is(shareOfTrials([0.1, 0, 0, 0], [1, 0.5, 0.5, 0.2]), 0.25);
});

test("the bars say what was found", (t) => {
  const curve = (from: number) => Array.from({ length: 40 }, (_, i) => from / (i + 1));
  const arms = {
    none: 1,
    constant: 0.8,
    theory: 0.4,
    rate: 0.5,
    literal: 0.5,
    wrongHigh: 1,
    wrongLow: 1.05,
    wrongBudget: 0.9,
    oracleRate: 0.3,
    oracle: 0.1,
  };
  const regret = Object.fromEntries(
    Object.entries(arms).map(([name, from]) => [name, curve(from)]),
  ) as Record<keyof typeof arms, number[]>;
  const results = cells.map((cell) => ({ cell, regret, curves: {} as never }));
  t.deepEqual(
    barsOf(results).map(({ met }) => met),
    [true, true, true, true, true, true],
  );
  const worse = results.map((one) => ({ ...one, regret: { ...regret, wrongLow: curve(2) } }));
  t.false(barsOf(worse).at(-1)?.met);
});
