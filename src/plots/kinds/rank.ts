import { HpoError } from "../../errors/errors.ts";
import type { Mark, PlotChart, PlotPanel, Ramp } from "../chart/chart.ts";
import type { Scale } from "../chart/scale.ts";
import { thin } from "../chart/thin.ts";
import type { PlotKind, PlotOptions } from "../plot-kind.ts";
import { gradesByRank } from "../study/grades.ts";
import { bestOf, bestText, metricOf, noFiniteValue } from "../study/metric.ts";
import { parametersOf } from "../study/parameters.ts";
import { badnessOf, countsText, stateOf } from "../study/plotted-trial.ts";
import type { PlottedStudy } from "../study/plotted-study.ts";
import { strongest } from "../study/strongest.ts";
import { pointsIn, pointsOf, type MeasuredPoints } from "../study/surface-axes.ts";

export interface RankData {
  /** Two parameters each. */
  readonly pairs: readonly {
    readonly x: { readonly name: string; readonly scale: Scale };
    readonly y: { readonly name: string; readonly scale: Scale };
    /** From the worst to the best. */
    readonly complete: MeasuredPoints & { readonly grades: readonly number[] };
    readonly pruned: MeasuredPoints;
    readonly diverged: MeasuredPoints;
    readonly best: MeasuredPoints;
  }[];
  readonly ramp: Ramp;
  readonly facts: readonly string[];
}

/** So many parameters, each with each other one. */
const SHOWN = 3;
/** More points than these in all panels together are thinned. */
const MOST_POINTS = 6000;

/**
 * @param options.params which parameters are paired; by default the strongest three
 * @throws HpoError without two parameters, or without a complete trial
 */
export function rankData(study: PlottedStudy, options: PlotOptions = {}): RankData {
  const metric = metricOf(study, options.metric);
  const complete = study.trials.flatMap((trial) => {
    const value = trial.state === "complete" ? trial.values[metric.index] : NaN;
    const isShown = stateOf(trial, study.directions) === "complete" && Number.isFinite(value);
    return isShown ? [{ trial, value, badness: badnessOf(value, metric.direction) }] : [];
  });
  if (complete.length === 0) throw noFiniteValue(study, [metric]);
  const all = parametersOf(study, options.params);
  const badness = complete.map((one) => one.badness);
  const trials = complete.map(({ trial }) => trial);
  const chosen = options.params ? all : strongest(all, trials, badness).slice(0, SHOWN);
  if (chosen.length < 2)
    throw new HpoError(
      `The plot "rank" pairs parameters, and there is one, "${chosen[0].name}". See "slice" instead.`,
    );
  const pairs = chosen.flatMap((x, i) => chosen.slice(i + 1).map((y) => ({ x, y })));
  const { kept, said } = thin(
    badness,
    chosen.map(({ at }) => trials.map(at)),
    MOST_POINTS / pairs.length,
  );
  const drawn = kept.map((i) => complete[i]).sort((a, b) => b.badness - a.badness);
  const { of: grade, ramp } = gradesByRank(
    complete.map(({ value }) => value),
    metric,
  );
  const grades = new Map(drawn.map(({ trial, value }) => [trial.number, grade(value)]));
  const best = bestOf(study.trials, metric);
  return {
    pairs: pairs.map((axes) => {
      const points = pointsOf(
        drawn.map(({ trial }) => trial),
        axes,
      );
      return {
        x: { name: axes.x.name, scale: axes.x.scale },
        y: { name: axes.y.name, scale: axes.y.scale },
        complete: { ...points, grades: points.trials.map((number) => grades.get(number)!) },
        pruned: pointsIn(study, ["pruned"], axes),
        diverged: pointsIn(study, ["diverged", "out of memory"], axes),
        best: pointsOf(best ? [best.trial] : [], axes),
      };
    }),
    ramp,
    facts: [bestText(best), countsText(study.trials, study.directions), ...(said ? [said] : [])],
  };
}

const ROW = 3;
const PANEL = { width: 290, height: 280 };

export function rankChart({ pairs, ramp, facts }: RankData): PlotChart {
  const columns = Math.min(ROW, pairs.length);
  const panels = pairs.map(({ x, y, complete, pruned, diverged, best }): PlotPanel => {
    const marks: Mark[] = [
      {
        mark: "dots",
        name: "pruned",
        symbol: "disc",
        size: 3,
        colour: "soft",
        opacity: 0.6,
        ...pruned,
      },
      { mark: "dots", symbol: "disc", size: 6, colour: "accent", ...complete },
      { mark: "dots", name: "diverged", symbol: "cross", size: 7, colour: "bad", ...diverged },
      {
        mark: "dots",
        name: "best",
        symbol: "star",
        size: 14,
        colour: "best",
        outlined: true,
        ...best,
      },
    ];
    return { x, y, marks };
  });
  return {
    title: "Rank",
    facts,
    panels,
    columns,
    ramp,
    width: Math.max(560, 130 + columns * PANEL.width),
    height: 90 + Math.ceil(pairs.length / columns) * PANEL.height,
  };
}

export const rankPlot: PlotKind<RankData> = {
  summary: "pairs of parameters, each trial coloured by the rank of its value",
  takes: ["metric", "params"],
  data: rankData,
  chart: rankChart,
};
