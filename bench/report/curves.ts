import { mean } from "simple-statistics";
import type { DetailedResult } from "../compare/run-result.ts";
import { groupedMean } from "../compare/statistics.ts";
import type { SuiteSummary } from "../compare/summary.ts";
import { drawChart, type Line } from "../../src/plots/svg/chart.ts";

/** One chart per task: mean regret by trial with its 95 % interval, the means being of log10. */
export function taskCharts(
  { tasks, rows }: SuiteSummary,
  results: readonly DetailedResult[],
): readonly string[] {
  return tasks.map((task) => {
    const runs = results.filter((result) => result.task === task);
    const floor = floorOf(runs);
    const lines = rows.map(({ strategy }): Line => {
      const curves = runs.filter((run) => run.strategy === strategy).map(({ regret }) => regret);
      return { name: strategy, points: pointsOf(curves, floor) };
    });
    return drawChart({ title: task, xLabel: "trials", yLabel: "regret", lines });
  });
}

/** Zero has no logarithm: what counts as zero lies a little below the smallest regret above it. */
function floorOf(runs: readonly DetailedResult[]): number {
  const positive = runs.flatMap(({ regret }) => regret.filter((value) => value > 1e-12));
  return Math.max(
    1e-12,
    positive.reduce((a, b) => Math.min(a, b), 1),
  );
}

/** At most this many points per line; an interval costs a bootstrap each. */
const POINTS = 25;

function pointsOf(curves: readonly (readonly number[])[], floor: number): Line["points"] {
  const count = curves[0].length;
  const indices = new Set(
    Array.from({ length: POINTS }, (_, k) => Math.round((k * (count - 1)) / (POINTS - 1))),
  );
  return [...indices].flatMap((index) => {
    const logs = curves.map((curve) => Math.log10(Math.max(floor, curve[index])));
    if (!Number.isFinite(mean(logs))) return [];
    const { value, low, high } = groupedMean([logs]);
    return [{ x: index + 1, y: value, low, high }];
  });
}
