import test from "ava";
import { selectBackend } from "hpo/tfjs";
import { searchCell } from "../prior-ablation.ts";
import { mean } from "../evidence.ts";
import { cells, trainCell } from "./cells.ts";
import { readTable } from "./tables.ts";
import { designParams } from "./train-rows.ts";

// A user would miss: that every kind of table is what this code trains, and that the prior does on
// many seeds what is said of it.

test.serial("training a row of the bigger table again gives its value", async (t) => {
  await selectBackend("wasm");
  for (const name of ["teacher-noisy"]) {
    for (const cell of cells.filter(({ problem }) => problem.name === name)) {
      const { index, value } = readTable(name)!.rows[cell.optimizer][3];
      const data = await cell.problem.data();
      const again = await trainCell(cell, data, designParams(cell, index), index);
      if (value === null) t.is(again, undefined);
      else t.true(Math.abs((again ?? NaN) / value - 1) < 1e-4, `${again} ${value}`);
    }
  }
});

test("on SGD with momentum the right prior is ahead early, and a wrong one is overcome", (t) => {
  const own = cells.filter(
    ({ problem, optimizer }) => optimizer === "momentum" && problem.name.startsWith("teacher"),
  );
  const results = own.map((cell) =>
    searchCell(cell, readTable(cell.problem.name)!, {
      seeds: [0, 1, 2, 3, 4, 5, 6, 7],
      trials: 20,
    }),
  );
  const at = (arm: "none" | "theory" | "wrongLow", trial: number): number =>
    mean(results.map(({ regret }) => regret[arm][trial - 1]));
  for (const trial of [3, 5]) {
    const [theory, none] = [at("theory", trial), at("none", trial)];
    t.true(theory < 0.7 * none, `after ${trial}: ${theory} against ${none}`);
  }
  t.true(at("wrongLow", 5) > at("theory", 5));
  t.true(at("wrongLow", 20) < 0.1, `${at("wrongLow", 20)}`);
});
