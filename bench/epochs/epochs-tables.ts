import Table from "cli-table3";
import { mean, median } from "simple-statistics";
import { groupedMean, type Interval } from "../compare/statistics.ts";
import type { TrainingBudget, TrainingRun } from "./drive-training.ts";
import type { RegretCurves } from "./optuna-tuners.ts";
import type { TrainingSuite } from "./training-problem.ts";

/** One tuner on one problem; of kept curves no more than these is known. */
export interface EpochsResult extends RegretCurves, Partial<Omit<TrainingRun, keyof RegretCurves>> {
  readonly suite: string;
  readonly task: string;
  readonly seed: number;
  readonly tuner: string;
}

/** Costs at which regrets are shown, in full trainings. */
const COSTS = [1, 2, 5, 10, 20, 50, 100];

const RULES = {
  trained: "of the best fully trained trial, by its final value; 1 before there is one",
  checkpoint: "of the lowest value reported so far, at whatever epoch",
} as const satisfies Record<keyof RegretCurves, string>;

/** Mean regrets by cost under either rule, what was started, and medians by task. */
export function epochsTables(
  suite: TrainingSuite,
  all: readonly EpochsResult[],
  { trainings, workers }: TrainingBudget,
): string {
  const results = all.filter((result) => result.suite === suite.name);
  const costs = COSTS.filter((cost) => cost <= trainings);
  const tuners = unique(results.map(({ tuner }) => tuner));
  const tasks = unique(results.map(({ task }) => task));
  const seeds = unique(results.map(({ seed }) => seed));
  const runsOf = (tuner: string): EpochsResult[] => results.filter((run) => run.tuner === tuner);
  const at = (cost: number): number => cost * suite.epochs - 1;
  const regrets = (rule: keyof RegretCurves): string => {
    const rows = tuners.map((tuner) => [
      tuner,
      ...costs.map((cost) => {
        const byTask = tasks.map((task) =>
          runsOf(tuner)
            .filter((run) => run.task === task)
            .map((run) => run[rule][at(cost)]),
        );
        return interval(groupedMean(byTask));
      }),
    ]);
    const title =
      `${suite.name}: mean regret ${RULES[rule]} (${tasks.length} tasks × ${seeds.length} seeds` +
      `${workers > 1 ? `, ${workers} workers` : ""})`;
    return draw(title, ["tuner", ...costs.map((cost) => `${cost} trainings`)], rows);
  };
  const last = Math.max(...costs);
  const byTask = draw(
    `${suite.name}: median regret by task at ${last} trainings, fully trained`,
    ["task", ...tuners],
    tasks.map((task) => [
      task,
      ...tuners.map((tuner) => {
        const runs = runsOf(tuner).filter((run) => run.task === task);
        return digits(median(runs.map((run) => run.trained[at(last)])));
      }),
    ]),
  );
  const work = draw(
    `${suite.name}: what ${trainings} trainings' epochs were spent on (means)`,
    ["tuner", "configurations", "trials", "complete", "diverged", "ms/suggestion"],
    tuners.map((tuner) => [tuner, ...workOf(runsOf(tuner))]),
  );
  return [regrets("trained"), regrets("checkpoint"), work, byTask, `  ${suite.about}`].join("\n\n");
}

function workOf(runs: readonly EpochsResult[]): string[] {
  const [{ suggestMs }] = runs;
  if (!suggestMs) return ["kept curves", "", "", "", ""];
  const average = (of: (run: EpochsResult) => number): string => digits(mean(runs.map(of)));
  return [
    average(({ configurations = NaN }) => configurations),
    average(({ trials = NaN }) => trials),
    average(({ complete = NaN }) => complete),
    average(({ diverged }) => diverged?.length ?? NaN),
    digits(mean(runs.flatMap((run) => run.suggestMs ?? []))),
  ];
}

const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];
const digits = (value: number): string => String(Number(value.toPrecision(3)));
const interval = ({ value, low, high }: Interval): string =>
  `${value.toFixed(3)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;

function draw(title: string, head: readonly string[], rows: readonly string[][]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    style: { head: [], border: [] },
  });
  table.push(...rows);
  return `${title}\n${table.toString()}`;
}
