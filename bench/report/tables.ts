import type { ArmTests } from "../compare/arm-tests.ts";
import { CLIP_SHARE, type ContenderSummary, type SuiteSummary } from "../compare/summary.ts";
import { withDigits, interval, percent, pValue, short } from "./format.ts";

/** What a table says, before it is drawn on a terminal or a page. */
export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the columns mean. */
  readonly notes: readonly string[];
}

const NO_TIME = "kept curves";

export const tablesOf = (summary: SuiteSummary): readonly ReportTable[] => [
  regretTable(summary),
  costTable(summary),
  ...(summary.tasks.length > 1 || summary.scale === "log" ? [medianTable(summary)] : []),
  ...summary.armTests.map((tests) => armTable(summary, tests)),
  ...(summary.rows.length > 1 && summary.armTests.length === 0 ? [duelTable(summary)] : []),
];

const describe = ({ tasks, seeds, trials }: SuiteSummary): string =>
  `${tasks.length} task${tasks.length === 1 ? "" : "s"} × ${seeds.length} ` +
  `seed${seeds.length === 1 ? "" : "s"}, ${trials} trials`;

function regretTable(summary: SuiteSummary): ReportTable {
  const { suite, about, scale, trials, checkpoints, rows } = summary;
  const measure = scale === "log" ? "mean log10 regret" : "mean normalised regret";
  const best = rows.reduce((a, b) => (b.meanRank < a.meanRank ? b : a));
  const notes = [
    about,
    `Columns by number of trials: ${measure} with 95 % bootstrap intervals (seeds resampled within tasks).` +
      (scale === "log"
        ? ` Regrets are clipped below at ${short(CLIP_SHARE)} of random search's median at ${trials}.`
        : ""),
    `Mean rank of the regret at ${trials}; p against ${best.strategy} (Wilcoxon signed-rank, Holm-corrected).`,
  ];
  return {
    title: `${suite}: ${measure} (${describe(summary)})`,
    head: ["strategy", ...checkpoints.map(String), "mean rank", "p"],
    rows: rows.map((row) => [
      row.strategy,
      ...row.regrets.map(interval),
      withDigits(row.meanRank, 2),
      row === best ? "best" : pValue(row.p),
    ]),
    notes,
  };
}

function armTable({ suite, checkpoints }: SuiteSummary, tests: ArmTests): ReportTable {
  const { strategy, baseline, rows } = tests;
  return {
    title: `${suite}: ${strategy}, against what it finds with "${baseline}"`,
    head: ["arm", ...checkpoints.map(String)],
    rows: rows.map(({ arm, cells }) => [
      arm,
      ...cells.map(({ mean, p }) =>
        p === undefined ? withDigits(mean, 3) : `${withDigits(mean, 3)} (p ${pValue(p)})`,
      ),
    ]),
    notes: [
      `Mean regret after so many trials; p by Wilcoxon's signed-rank test over problems, ` +
        "Holm-corrected over the table.",
    ],
  };
}

function costTable({ suite, trials, rows }: SuiteSummary): ReportTable {
  const random = `random search's median regret at ${trials}`;
  const notes = [
    `Trials until the regret was as low as ${random}: the median run, and how many runs got there.`,
  ];
  if (rows.some(({ suggestMs }) => !suggestMs)) {
    notes.push(
      "Times of kept curves are not compared: run with --time, which runs all peers here and now.",
    );
  }
  return {
    title: `${suite}: cost`,
    head: [
      "strategy",
      `trials to random@${trials}`,
      "got there",
      "diverged",
      "diverged of last 20",
      "ms/suggestion",
      "p99",
    ],
    rows: rows.map((row) => [
      row.strategy,
      Number.isFinite(row.trialsToRandom) ? String(row.trialsToRandom) : `> ${trials}`,
      percent(row.reachedRandom),
      percent(row.failedShare),
      short(row.lateFailures),
      row.suggestMs ? short(row.suggestMs.mean) : NO_TIME,
      row.suggestMs ? short(row.suggestMs.p99) : "",
    ]),
    notes,
  };
}

function medianTable({ suite, tasks, rows }: SuiteSummary): ReportTable {
  return {
    title: `${suite}: median final regret by task`,
    head: ["task", ...rows.map(({ strategy }) => strategy)],
    rows: tasks.map((task, i) => [task, ...rows.map(({ medians }) => short(medians[i].regret))]),
    notes: [],
  };
}

function duelTable({ suite, rows }: SuiteSummary): ReportTable {
  const cell = (row: ContenderSummary, other: ContenderSummary): string => {
    if (row === other) return "";
    const { wins, ties, losses } = row.duels[other.strategy];
    return `${wins} : ${losses}${ties > 0 ? ` (${ties} =)` : ""}`;
  };
  return {
    title: `${suite}: wins : losses, row against column, by problem (task and seed)`,
    head: ["", ...rows.map(({ strategy }) => strategy)],
    rows: rows.map((row) => [row.strategy, ...rows.map((other) => cell(row, other))]),
    notes: [],
  };
}
