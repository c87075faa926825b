import { mean, median, quantile } from "simple-statistics";
import { armTests, type ArmTests } from "./arm-tests.ts";
import { REFERENCE } from "./reference.ts";
import type { DetailedResult } from "./run-result.ts";
import { groupedMean, holm, meanRanks, pairedP, type Interval } from "./statistics.ts";
import type { Suite } from "../problems/problem.ts";

/** Everything that the tables of one suite say. */
export interface SuiteSummary {
  readonly suite: string;
  readonly about: string;
  readonly scale: Suite["scale"];
  readonly tasks: readonly string[];
  readonly seeds: readonly number[];
  readonly trials: number;
  /** Trial counts at which regrets are shown. */
  readonly checkpoints: readonly number[];
  readonly rows: readonly ContenderSummary[];
  /** Of suites with arms: each strategy against each baseline. */
  readonly armTests: readonly ArmTests[];
}

export interface ContenderSummary {
  readonly strategy: string;
  /** At each checkpoint: mean log10 of clipped regret, or mean normalised regret. */
  readonly regrets: readonly Interval[];
  /** Among the rows, of the clipped regret after the last trial; 1 is the best. */
  readonly meanRank: number;
  /** Against the row with the best mean rank: Wilcoxon signed-rank, Holm-corrected; 1 for itself. */
  readonly p: number;
  /** The median trial that was first as good as random search's median at the end. */
  readonly trialsToRandom: number;
  /** The share of runs that were ever as good. */
  readonly reachedRandom: number;
  readonly failedShare: number;
  /** Median over runs of the failures among the last 20 trials. */
  readonly lateFailures: number;
  /** Missing where curves were kept from an earlier run: times are of one run only. */
  readonly suggestMs?: { readonly mean: number; readonly p99: number };
  readonly medians: readonly TaskMedian[];
  /** By opponent: on how many problems the clipped final regret is lower, equal, higher. */
  readonly duels: Readonly<Record<string, Duel>>;
}

export interface TaskMedian {
  readonly task: string;
  /** Of the final regret, not clipped. */
  readonly regret: number;
}

export interface Duel {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
}

const CHECKPOINTS = [5, 10, 20, 50, 100, 200, 500, 1000];
const LATE = 20;
/** Below this share of random search's final regret, differences count for nothing. */
export const CLIP_SHARE = 1e-4;

/**
 * @param results all runs of a suite, the reference's among them, each contender on each problem
 * @param strategies the rows, in this order
 */
export function summarize(
  suite: Suite,
  results: readonly DetailedResult[],
  strategies: readonly string[],
): SuiteSummary {
  const table = tableOf(results);
  const trials = results[0].regret.length;
  const shown = suite.checkpoints ?? CHECKPOINTS;
  const checkpoints = [...shown.filter((count) => count < trials), trials];
  const score = scoreOf(suite.scale, table);
  const finals = strategies.map((strategy) =>
    table.runsOf(strategy).map((run) => score(run, trials - 1)),
  );
  const ranks = meanRanks(finals[0].map((_, problem) => finals.map((row) => row[problem])));
  const p = significance(finals, ranks);
  const rows = strategies.map((strategy, i): ContenderSummary => {
    const runs = table.runsOf(strategy);
    return {
      strategy,
      regrets: checkpoints.map((count) =>
        groupedMean(
          table.tasks.map((task) =>
            runs.filter((run) => run.task === task).map((run) => score(run, count - 1)),
          ),
        ),
      ),
      meanRank: ranks[i],
      p: p[i],
      ...reachOf(runs, table),
      failedShare: mean(runs.map((run) => run.failed / trials)),
      lateFailures: median(
        runs.map((run) => run.failedTrials.filter((number) => number >= trials - LATE).length),
      ),
      ...timesOf(runs),
      medians: table.tasks.map((task) => ({
        task,
        regret: median(runs.filter((run) => run.task === task).map(finalRegret)),
      })),
      duels: Object.fromEntries(
        strategies.flatMap((other, j) => (j === i ? [] : [[other, duel(finals[i], finals[j])]])),
      ),
    };
  });
  const { tasks, seeds } = table;
  const { name, about, scale, arms } = suite;
  const scores = (row: string, checkpoint: number): readonly number[] =>
    table.runsOf(row).map((run) => score(run, checkpoint - 1));
  const compared = arms
    ? armTests(arms, strategiesOf(strategies, arms.names[0]), checkpoints, scores)
    : [];
  return {
    suite: name,
    about,
    scale,
    tasks,
    seeds,
    trials,
    checkpoints,
    rows,
    armTests: compared,
  };
}

/** The strategies behind the rows that have this arm. */
const strategiesOf = (rows: readonly string[], arm: string): string[] =>
  rows.flatMap((row) => (row.endsWith(`+${arm}`) ? [row.slice(0, -arm.length - 1)] : []));

const finalRegret = ({ regret }: DetailedResult): number => regret[regret.length - 1];

/** Runs by contender, every contender's in the same order of problems. */
interface Table {
  readonly tasks: readonly string[];
  readonly seeds: readonly number[];
  runsOf(strategy: string): readonly DetailedResult[];
  /** Median over seeds of the reference's final regret. */
  randomRegret(task: string): number;
}

function tableOf(results: readonly DetailedResult[]): Table {
  const tasks = [...new Set(results.map(({ task }) => task))];
  const seeds = [...new Set(results.map(({ seed }) => seed))].sort((a, b) => a - b);
  const byStrategy = new Map<string, DetailedResult[]>();
  for (const result of results) {
    const runs = byStrategy.get(result.strategy) ?? [];
    runs.push(result);
    byStrategy.set(result.strategy, runs);
  }
  const order = (run: DetailedResult): number =>
    tasks.indexOf(run.task) * seeds.length + seeds.indexOf(run.seed);
  for (const runs of byStrategy.values()) runs.sort((a, b) => order(a) - order(b));
  const runsOf = (strategy: string): readonly DetailedResult[] => byStrategy.get(strategy) ?? [];
  const random = new Map(
    tasks.map((task) => [
      task,
      median(
        runsOf(REFERENCE)
          .filter((run) => run.task === task)
          .map(finalRegret),
      ),
    ]),
  );
  return { tasks, seeds, runsOf, randomRegret: (task) => random.get(task) ?? NaN };
}

/** The number that a run is compared by after `index` + 1 trials: lower is better. */
function scoreOf(
  scale: Suite["scale"],
  table: Table,
): (run: DetailedResult, index: number) => number {
  if (scale === "linear") return (run, index) => run.regret[index];
  return (run, index) =>
    Math.log10(Math.max(run.regret[index], CLIP_SHARE * table.randomRegret(run.task)));
}

/** p against the row with the best mean rank. */
function significance(finals: readonly (readonly number[])[], ranks: readonly number[]): number[] {
  const best = ranks.indexOf(Math.min(...ranks));
  const others = ranks.map((_, i) => i).filter((i) => i !== best);
  const corrected = holm(others.map((i) => pairedP(finals[i], finals[best])));
  const p = ranks.map(() => 1);
  others.forEach((row, k) => (p[row] = corrected[k]));
  return p;
}

function reachOf(runs: readonly DetailedResult[], table: Table) {
  const reached = runs.map((run) => {
    const target = table.randomRegret(run.task);
    const index = run.regret.findIndex((regret) => regret <= target);
    return index < 0 ? Infinity : index + 1;
  });
  return {
    trialsToRandom: median(reached),
    reachedRandom: reached.filter(Number.isFinite).length / reached.length,
  };
}

function timesOf(runs: readonly DetailedResult[]): Pick<ContenderSummary, "suggestMs"> {
  if (runs.some(({ suggestMs }) => suggestMs.length === 0)) return {};
  const times = runs.flatMap(({ suggestMs }) => suggestMs);
  return { suggestMs: { mean: mean(times), p99: quantile(times, 0.99) } };
}

function duel(own: readonly number[], others: readonly number[]): Duel {
  const count = (test: (own: number, other: number) => boolean): number =>
    own.filter((value, i) => test(value, others[i])).length;
  return {
    wins: count((a, b) => a < b),
    ties: count((a, b) => a === b),
    losses: count((a, b) => a > b),
  };
}
