import { mean } from "simple-statistics";
import type { DetailedResult } from "../compare/run-result.ts";
import { groupedMean } from "../compare/statistics.ts";
import type { SuiteSummary } from "../compare/summary.ts";
import { scaleFor, type Chart, type Mark } from "../../src/plots/index.ts";

/** A panel for each task: mean regret by trial with its 95 % interval, the means being of log10. */
export function regretChart(
  { tasks, rows }: SuiteSummary,
  results: readonly DetailedResult[],
): Chart {
  const columns = Math.min(3, tasks.length);
  return {
    title: "Regret by trial",
    facts: [],
    columns,
    width: Math.max(720, 460 * columns),
    height: 140 + 300 * Math.ceil(tasks.length / columns),
    panels: tasks.map((task) => {
      const runs = results.filter((result) => result.task === task);
      const floor = floorOf(runs);
      const curves = rows.map(({ strategy }) => {
        const own = runs.filter((run) => run.strategy === strategy).map(({ regret }) => regret);
        return { name: strategy, ...curveOf(own, floor) };
      });
      const heights = curves.flatMap(({ low, high }) => [...low, ...high]);
      return {
        title: task,
        x: {
          name: "trials",
          scale: scaleFor(
            curves.flatMap(({ x }) => x),
            { log: false },
          ),
        },
        y: { name: "regret", scale: scaleFor(heights, { log: true }) },
        marks: [
          ...curves.map(({ x, low, high }, i): Mark => {
            return { mark: "band", x, low, high, colour: `series${i}`, opacity: 0.13 };
          }),
          ...curves.map(({ name, x, y }, i): Mark => {
            const dashed = i >= COLOURS;
            return {
              mark: "lines",
              name,
              colour: `series${i}`,
              width: 1.8,
              dashed,
              lines: [{ x, y }],
            };
          }),
        ],
      };
    }),
  };
}

/** Colours that a theme has for series; those after them are dashed. */
const COLOURS = 8;

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

function curveOf(curves: readonly (readonly number[])[], floor: number) {
  const count = curves[0].length;
  const indices = new Set(
    Array.from({ length: POINTS }, (_, k) => Math.round((k * (count - 1)) / (POINTS - 1))),
  );
  const points = [...indices].flatMap((index) => {
    const logs = curves.map((curve) => Math.log10(Math.max(floor, curve[index])));
    return Number.isFinite(mean(logs)) ? [{ x: index + 1, ...groupedMean([logs]) }] : [];
  });
  return {
    x: points.map(({ x }) => x),
    y: points.map(({ value }) => 10 ** value),
    low: points.map(({ low }) => 10 ** low),
    high: points.map(({ high }) => 10 ** high),
  };
}
