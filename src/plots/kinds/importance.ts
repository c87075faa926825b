import { importance } from "../../importance/index.ts";
import type { PlotChart, Mark } from "../chart/chart.ts";
import { percentText } from "../chart/number-text.ts";
import type { PlotKind, PlotOptions, ShownImportance } from "../plot-kind.ts";
import { metricOf } from "../study/metric.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { counted } from "../../errors/counted.ts";

export interface ImportanceData extends ShownImportance {
  readonly facts: readonly string[];
}

/** More parameters are left out, the least important first. */
const MOST = 25;

/**
 * @param options.importance what `importance` of `hpo` computed; if left out, its default evaluator computes it
 * @throws HpoError if there is no such metric
 */
export function importanceData(study: PlottedStudy, options: PlotOptions = {}): ImportanceData {
  const given = options.importance ?? computed(study, options.metric);
  const sorted = [...given.importance].sort((a, b) => b.share - a.share);
  const shown = sorted.slice(0, MOST);
  const [first] = shown;
  const left = sorted.length - shown.length;
  return {
    evaluator: given.evaluator,
    trials: given.trials,
    importance: shown,
    facts: [
      ...(given.note !== undefined ? [given.note] : []),
      ...(first && given.note === undefined
        ? [`${first.name} matters most, ${percentText(first.share)}`]
        : []),
      `${given.evaluator} of ${counted(given.trials, "trial")}${scaleText(given.scale)}`,
      ...(left > 0 ? [`${left} less important parameters left out`] : []),
    ],
  };
}

const computed = (study: PlottedStudy, metric?: string): ShownImportance =>
  importance(study.trials, study.space, {
    directions: study.directions,
    metric: metricOf(study, metric).index,
  });

const scaleText = (scale: ShownImportance["scale"]): string => {
  if (scale === "log") return ", their values compared by logarithms";
  return scale === "rank" ? ", compared by their ranks" : "";
};

export function importanceChart({ importance: shown, facts }: ImportanceData): PlotChart {
  const rows = [...shown].reverse();
  const ends = rows.map(({ share, spread, total = 0 }) =>
    Math.max(Math.min(1, share + spread), total),
  );
  const highest = Math.max(0.1, ...ends);
  const share: Mark = {
    mark: "boxes",
    name: "share",
    colour: "accent",
    boxes: rows.map((row, i) => [0, row.share, i - 0.28, i + 0.28] as const),
    tips: rows.map((row) => `${row.name}\n${percentText(row.share)}`),
  };
  const withTotal = rows
    .map((row, i) => ({ ...row, i }))
    .filter(({ total }) => total !== undefined);
  const totals: Mark = {
    mark: "boxes",
    name: "alone or with others",
    colour: "accent",
    opacity: 0.28,
    boxes: withTotal.map(({ total = 0, i }) => [0, total, i - 0.42, i + 0.42] as const),
  };
  const whiskers: Mark = {
    mark: "lines",
    name: "± a standard deviation",
    colour: "text",
    width: 1.4,
    lines: rows.flatMap((row, i) => (row.spread > 0 ? whisker(row.share, row.spread, i) : [])),
  };
  const words: Mark = {
    mark: "texts",
    colour: "text",
    x: ends,
    y: rows.map((_, i) => i),
    texts: rows.map((row) => percentText(row.share)),
  };
  return {
    title: "Parameter importance",
    facts,
    panels: [
      {
        x: { name: "share", scale: { kind: "linear", low: 0, high: 1.12 * highest } },
        y: { name: "", scale: { kind: "category", choices: rows.map(({ name }) => name) } },
        marks: [totals, share, whiskers, words],
      },
    ],
    width: 680,
    height: Math.min(900, 170 + 32 * rows.length),
  };
}

/** A standard deviation to either side, within [0, 1]. */
function whisker(share: number, spread: number, row: number) {
  const [low, high] = [Math.max(0, share - spread), Math.min(1, share + spread)];
  const end = (at: number) => ({ x: [at, at], y: [row - 0.1, row + 0.1] });
  return [{ x: [low, high], y: [row, row] }, end(low), end(high)];
}

export const importancePlot: PlotKind<ImportanceData> = {
  summary: "how much each parameter matters",
  takes: ["importance", "metric"],
  data: importanceData,
  chart: importanceChart,
};
