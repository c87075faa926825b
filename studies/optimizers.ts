/*
 * Every optimizer at equal tuning budgets: each gets as many trials on one small problem, and is
 * then run with its best hyperparameters from fresh starts. Counts are gradient evaluations, so
 * that an optimizer which takes several a step pays for them. Prints a table; options:
 *
 *   npx tsx studies/optimizers.ts [--trials N] [--json FILE] [--plot FILE.svg]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createStudy, searchSpace } from "hpo";
import type { Declarations, Params } from "hpo";
import { bayesian } from "hpo/strategies";
import { optimizers, optimizerSpace, selectBackend } from "hpo/tfjs";
import type { OptimizerName } from "hpo/tfjs";
import { drawPanels } from "./optimizers-plot.ts";
import { race, scoreOf, TARGET } from "./optimizers-race.ts";
import type { Race } from "./optimizers-race.ts";

/** Gradient evaluations of one run. */
const BUDGET = 150;
/** Starts that the tuned optimizers are judged by; tuning saw another one. */
const STARTS = [1, 2, 3, 4, 5];

const names: readonly OptimizerName[] = [
  ...optimizers.map(({ id }) => id),
  "lookahead(adam)",
  "sam(momentum)",
];

interface Row {
  readonly name: OptimizerName;
  /** Undefined if every trial diverged. */
  readonly params?: Params;
  readonly divergedTrials: number;
  readonly races: readonly Race[];
}

async function tune(name: OptimizerName, trials: number): Promise<Row> {
  const declarations: Declarations = optimizerSpace(name);
  const space = searchSpace(declarations);
  const study = await createStudy({
    name,
    direction: "minimize",
    space,
    strategy: bayesian(),
    seed: 0,
  });
  await study.optimize(({ params }) => scoreOf(race(name, params, 0, BUDGET), BUDGET), { trials });
  const divergedTrials = study.trials("failed").length;
  if (divergedTrials === trials) return { name, divergedTrials, races: [] };
  const { params } = study.best;
  return { name, params, divergedTrials, races: STARTS.map((s) => race(name, params, s, BUDGET)) };
}

/** The median over the starts, where "never" is the largest; NaN if that is it. */
function medianOf(values: readonly number[]): number {
  const sorted = values.map((v) => (Number.isNaN(v) ? Infinity : v)).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1] ?? Infinity;
  return middle === Infinity ? NaN : middle;
}

function summaryOf({ name, params, divergedTrials, races }: Row) {
  return {
    optimizer: name,
    toTarget: medianOf(races.map((r) => r.toTarget)),
    reached: races.filter((r) => !Number.isNaN(r.toTarget)).length,
    toEscape: medianOf(races.map((r) => r.toEscape)),
    spikes: races.reduce((sum, r) => sum + r.spikes, 0) / Math.max(races.length, 1),
    divergedRuns: races.filter((r) => r.diverged).length,
    divergedTrials,
    params,
  };
}

const count = (value: number): string => (Number.isNaN(value) ? "never" : String(value));

function print(rows: readonly ReturnType<typeof summaryOf>[], trials: number): void {
  const header = ["optimizer", "to target", "reached", "off saddle", "spikes", "diverged"];
  const cells = rows.map((r) => [
    r.optimizer,
    count(r.toTarget),
    `${r.reached}/${STARTS.length}`,
    count(r.toEscape),
    r.spikes.toFixed(1),
    `${r.divergedTrials}/${trials} trials, ${r.divergedRuns}/${STARTS.length} runs`,
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...cells.map((c) => c[i].length)));
  for (const line of [header, ...cells]) {
    console.log(line.map((cell, i) => cell.padEnd(widths[i])).join("  "));
  }
}

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "12" },
    json: { type: "string" },
    plot: { type: "string" },
  },
});
const trials = Number(values.trials);
if (!Number.isInteger(trials) || trials < 1) {
  console.error(`--trials=${values.trials} must be an integer ≥ 1.`);
  process.exit(2);
}
await selectBackend("wasm");
const rows: Row[] = [];
for (const name of names) rows.push(await tune(name, trials));
const order = (row: Row): number => medianOf(row.races.map((r) => r.toTarget)) || Infinity;
rows.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
const summaries = rows.map(summaryOf);
print(summaries, trials);
if (values.json) writeFileSync(values.json, `${JSON.stringify(summaries, null, 2)}\n`);
if (values.plot) writeFileSync(values.plot, drawPanels(rows, BUDGET, TARGET));
