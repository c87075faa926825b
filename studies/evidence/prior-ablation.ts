import { HpoError } from "hpo";
import { bayesian } from "hpo/strategies";
import type { Sheet } from "../sheet.ts";
import {
  deviation,
  mean,
  type Bar,
  type Evidence,
  type EvidenceOptions,
  type EvidenceStudy,
  type EvidenceTable,
} from "./evidence.ts";
import { median } from "simple-statistics";
import { arms, priorOf } from "./prior-ablation/arms.ts";
import {
  cellName,
  cells,
  tunedOptimizers,
  cellSpace,
  type Cell,
  type TunedOptimizer,
} from "./prior-ablation/cells.ts";
import { searchLive } from "./prior-ablation/live.ts";
import { searchTable } from "./prior-ablation/look-up.ts";
import {
  checkpoints,
  regretOf,
  scaleOf,
  shareOfTrials,
  type BestCurves,
} from "./prior-ablation/summary.ts";
import { readTable, type ProblemTable } from "./prior-ablation/tables.ts";
import { collectRows, trainRows } from "./prior-ablation/train-rows.ts";

export type ArmName = keyof typeof arms;
const armNames = Object.keys(arms) as ArmName[];

/** Every arm's curves in one cell. */
export interface CellResult {
  readonly cell: Cell;
  readonly curves: Readonly<Record<ArmName, BestCurves>>;
  /** Mean regret after each trial. */
  readonly regret: Readonly<Record<ArmName, readonly number[]>>;
}

const byArm = <T>(entries: readonly (readonly [ArmName, T])[]): Readonly<Record<ArmName, T>> =>
  Object.fromEntries(entries) as Record<ArmName, T>;

/** Searches one cell's table by every arm, once for each seed. */
export function searchCell(
  cell: Cell,
  table: ProblemTable,
  { seeds, trials }: { readonly seeds: readonly number[]; readonly trials: number },
): CellResult {
  const space = cellSpace(cell);
  const rows = table.rows[cell.optimizer];
  const scale = scaleOf(rows.map(({ value }) => value));
  const searched = armNames.map((name) => {
    const prior = priorOf(arms[name], cell, space, table);
    const curves = seeds.map((seed) =>
      searchTable({ space, rows, strategy: bayesian(), prior, trials, seed }),
    );
    return [name, curves] as const;
  });
  const regret = searched.map(([name, curves]) => [name, regretOf(curves, scale)] as const);
  return { cell, curves: byArm(searched), regret: byArm(regret) };
}

/** Momentum, Adam and Lion are what the bar is about; plain SGD stands beside them. */
const judged = (results: readonly CellResult[]): CellResult[] =>
  results.filter(({ cell: { optimizer } }) => optimizer !== "sgd");

/** The prior's form was chosen on these problems; on the others, with fresh seeds, it is confirmed. */
const chosenOn = ["digits-mlp", "iris", "teacher-noisy"];
const isFresh = ({ cell }: CellResult): boolean => !chosenOn.includes(cell.problem.name);

const sharesOf = (results: readonly CellResult[], arm: ArmName): number[] =>
  results.map(({ regret }) => shareOfTrials(regret[arm], regret.none));

const regretAt = (results: readonly CellResult[], arm: ArmName, trial: number): number =>
  mean(results.map(({ regret }) => regret[arm][trial - 1]));

const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(0)} %` : "never";

function overviewOf(title: string, results: readonly CellResult[]): EvidenceTable {
  const rows = armNames.map((name) => [
    arms[name].name,
    ...checkpoints.map((trial) => regretAt(results, name, trial).toFixed(3)),
    percent(median(sharesOf(results, name))),
    percent(sharesOf(results, name).filter((share) => share <= 0.5).length / results.length),
  ]);
  const header = checkpoints.map((trial) => `at ${trial}`);
  return { title, rows: [["mean regret", ...header, "trials", "cells ≤ half"], ...rows] };
}

function cellsTable(results: readonly CellResult[], of: readonly ArmName[]): EvidenceTable {
  const rows = results.map(({ cell, regret, curves }) => [
    cellName(cell),
    ...of.map((name) => `${regret[name][9].toFixed(3)} ${regret[name][39].toFixed(3)}`),
    deviation(curves.none.map((curve) => curve[9])).toPrecision(2),
    ...of.slice(1).map((name) => percent(shareOfTrials(regret[name], regret.none))),
  ]);
  return {
    title: "each cell: mean regret at 10 and 40 trials, sd of no prior's value at 10, trials",
    rows: [
      ["cell", ...of.map((n) => arms[n].name), "sd", ...of.slice(1).map((n) => arms[n].name)],
      ...rows,
    ],
  };
}

/** What is asked of the prior, from the evidence on every cell. */
export function barsOf(all: readonly CellResult[]): Bar[] {
  const results = judged(all);
  const confirming = results.filter(isFresh);
  const wrongBar = (of: readonly CellResult[], where: string): Bar => {
    const [none, high, low] = (["none", "wrongHigh", "wrongLow"] as const).map((arm) =>
      regretAt(of, arm, 40),
    );
    return {
      what: `3 sd wrong: regret at 40 within 10 % of no prior's${where}`,
      found: `${high.toFixed(4)} (high) and ${low.toFixed(4)} (low) against ${none.toFixed(4)}`,
      met: Math.max(high, low) <= 1.1 * none,
    };
  };
  const shareBar = (of: readonly CellResult[], where: string): Bar => {
    const share = (arm: ArmName): number => median(sharesOf(of, arm));
    return {
      what: `trials to no prior's regret at 40, in the median of the cells: at most half${where}`,
      found:
        `${percent(share("theory"))} (constant prior ${percent(share("constant"))}, oracle of η ` +
        `${percent(share("oracleRate"))}, oracle ${percent(share("oracle"))})`,
      met: share("theory") <= 0.5,
    };
  };
  const adds = (optimizer: TunedOptimizer): Bar => {
    const own = all.filter(({ cell }) => cell.optimizer === optimizer);
    const [theory, constant] = (["theory", "constant"] as const).map((arm) =>
      mean(checkpoints.map((trial) => regretAt(own, arm, trial))),
    );
    return {
      what: `theory adds to a constant prior for ${optimizer}: lower mean regret over the checkpoints`,
      found: `${theory.toFixed(3)} against ${constant.toFixed(3)}`,
      met: theory < constant,
    };
  };
  return [
    shareBar(results, ""),
    shareBar(confirming, ", confirming cells"),
    adds("sgd"),
    adds("momentum"),
    wrongBar(results, ""),
    wrongBar(confirming, ", confirming cells"),
  ];
}

/** Ten curves in a panel cannot be told apart: the other arms stand in the tables. */
const drawnArms = ["oracle", "constant", "theory", "none", "literal"] as const;

const pictureOf = (results: readonly CellResult[], trials: number): Sheet => ({
  title: "Mean regret by trial, one panel for each problem and optimizer",
  columns: tunedOptimizers.length,
  width: 215,
  legend: true,
  panels: results.map(({ cell, regret }) => ({
    title: cellName(cell),
    x: { low: 1, high: trials },
    y: { low: 1e-3, high: 1, log: true },
    series: drawnArms.map((name) => ({
      name: arms[name].name,
      points: regret[name].map((value, i) => [i + 1, value] as const),
    })),
  })),
});

const seedCount = 20;
const seedsOf = ({ problem }: Cell): number[] => {
  const first = chosenOn.includes(problem.name) ? 1000 : 2000;
  return Array.from({ length: seedCount }, (_, i) => first + i);
};
const trials = 40;

/** Cells whose every trial is trained, by studies with a probe of their own. */
const liveCells = ["iris-adam", "teacher-noisy-sgd"];
const liveSeeds = [0, 1, 2, 3, 4];

async function liveTable(progress: (text: string) => void): Promise<EvidenceTable> {
  const rows: string[][] = [];
  for (const cell of cells.filter((one) => liveCells.includes(cellName(one)))) {
    progress(`${cellName(cell)}, live`);
    const scale = scaleOf(tableOf(cell).rows[cell.optimizer].map(({ value }) => value));
    const found = await searchLive(cell, { seeds: liveSeeds, trials });
    for (const [name, curves] of [
      ["no prior", found.none],
      ["theory", found.theory],
    ] as const) {
      const regret = regretOf(curves, scale);
      rows.push([
        `${cellName(cell)}, ${name}`,
        ...checkpoints.map((trial) => regret[trial - 1].toFixed(3)),
      ]);
    }
  }
  const header = checkpoints.map((trial) => `at ${trial}`);
  return {
    title: `live: every trial trained, ${liveSeeds.length} seeds, mean regret on the tables' scale`,
    rows: [["study", ...header], ...rows],
  };
}

export function evidenceOf(
  results: readonly CellResult[],
  rowCount: string,
  live: readonly EvidenceTable[] = [],
): Evidence {
  const byOptimizer = tunedOptimizers.map((optimizer) =>
    overviewOf(
      optimizer,
      results.filter(({ cell }) => cell.optimizer === optimizer),
    ),
  );
  return {
    title: "does theory's prior shorten a search?",
    gives:
      "how many trials theory's prior saves, optimizer by optimizer, beside no prior, a usual one, " +
      "wrong ones and one that knows the answer.",
    tables: [
      overviewOf("momentum, Adam and Lion on six problems", judged(results)),
      overviewOf(
        `those that the form was chosen on: ${chosenOn.join(", ")}`,
        judged(results).filter((one) => !isFresh(one)),
      ),
      overviewOf("the others, with fresh seeds: confirming", judged(results).filter(isFresh)),
      ...byOptimizer,
      cellsTable(results, ["none", "constant", "theory", "literal"]),
      ...live,
    ],
    bars: barsOf(results),
    notes: [
      `bayesian(), ${trials} trials, ${results[0].curves.none.length} seeds a cell; each trial is the nearest unused of ` +
        `${rowCount} trained configurations a cell, and the strategy is told that one's own parameters.`,
      "Regret: 0 is the cell's best value, 1 its median or worse. Trials: those that an arm takes to no " +
        "prior's regret at 40, as a share of those that no prior takes, median over cells.",
      "Every prior has theory's width and is watched alike; the constant one is centred at the " +
        "optimizer's usual default (.01 for SGD and momentum, .001 for Adam, 1e-4 for Lion) and holds " +
        "momentum around .9 likely, as theory's does; theory's prefers batch sizes besides.",
      "An oracle knows the table's best row: its learning rate (half an e-fold), or everything (a fifth of " +
        "a range). No prior can do better: best rows are the luck of single trainings.",
      "Seeds 1000–1019 on the problems that the form was chosen on, 2000–2019 on the others, never used before. " +
        "Of ten seeds a cell the trials are luck: four tens of the form before this gave 73, 62, 48 and 60 %. That batch size and " +
        "momentum take trials to find was seen on all of them beforehand.",
      "Assumed: small networks, budgets of a fraction of a second, six decades of learning rates, " +
        "measured at initialisation as the mean over three first weights.",
    ],
    picture: pictureOf(results, trials),
    data: results.map(({ cell, regret }) => ({ cell: cellName(cell), regret })),
  };
}

/** Where configurations are kept that are not in the tables yet. */
const file = ".bench/prior-ablation.jsonl";
const fullRows = 300;

function tableOf({ problem }: Cell): ProblemTable {
  const table = readTable(problem.name);
  if (table) return table;
  throw new HpoError(
    `There is no table of ${problem.name}. Train it: npm run evidence -- prior-ablation --full`,
  );
}

async function run({ full, progress }: EvidenceOptions): Promise<Evidence> {
  if (full) {
    await trainRows(file, fullRows, progress);
    await collectRows([file]);
  }
  const results: CellResult[] = [];
  const counts: number[] = [];
  for (const cell of cells) {
    progress(cellName(cell));
    const table = tableOf(cell);
    counts.push(table.rows[cell.optimizer].length);
    results.push(searchCell(cell, table, { seeds: seedsOf(cell), trials }));
  }
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const live = full ? [await liveTable(progress)] : [];
  return evidenceOf(results, least === most ? String(least) : `${least} to ${most}`, live);
}

export const priorAblation: EvidenceStudy = { name: "prior-ablation", run };
