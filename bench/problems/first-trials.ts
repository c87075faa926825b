import { tableArms, type TableArmName } from "../tables/arms.ts";
import { tableRows } from "../tables/read-table.ts";
import { tableSpace, tableSpecs, taskOf, type TableSpec } from "../tables/table-spec.ts";
import { once } from "./data.ts";
import { pool } from "./pool.ts";
import type { Suite } from "./problem.ts";

const all = tableSpecs.map(taskOf);

/** Searches of the small trainings' tables, each with several kinds of knowledge before them. */
function tableSuite(name: string, what: string, names: readonly TableArmName[]): Suite {
  return {
    name,
    about:
      `${what}, on tables of small trainings; a suggestion is answered by the nearest unused ` +
      "setting; validation loss, mean of two seeds; regret 0: the table's best, 1: its median or worse",
    scale: "linear",
    arms: { names, baselines: ["none", "usual"] },
    checkpoints: [3, 5, 10, 20, 30],
    tasks: async () => ({ all, usual: all.filter((task) => task.startsWith("judging/")) }),
    async open(task, seed, _data, arm = "none") {
      const spec = tableSpecs.find((one) => taskOf(one) === task) as TableSpec;
      const space = tableSpace(spec);
      const evaluate = pool(space, await rowsOf(spec.name));
      const knowledge = tableArms[arm as TableArmName](spec, space, seed);
      return { suite: name, task, seed, space, startRegret: 1, knowledge, evaluate };
    },
  };
}

const rowsOf = once(async (name: string) =>
  tableRows(tableSpecs.find((spec) => spec.name === name) as TableSpec),
);

export const firstTrialsSuite = tableSuite(
  "first-trials",
  "what a user may know before the first trial",
  ["none", "usual", "portfolio", "theory", "both"],
);

export const theorySuite = tableSuite(
  "theory",
  "what theory knows before the first trial, and when it is wrong",
  ["none", "usual", "portfolio", "theory", "both", "literal", "wrong", "oracle"],
);
