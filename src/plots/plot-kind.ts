import type { PlotChart } from "./chart/chart.ts";
import type { PlottedStudy } from "./study/plotted-study.ts";

/** How much each parameter matters, as `importance` of `hpo` computes it. */
export interface ShownImportance {
  readonly evaluator: string;
  /** How many trials it rests on. */
  readonly trials: number;
  /** How their values were compared. */
  readonly scale?: "linear" | "log" | "rank";
  readonly importance: readonly {
    readonly name: string;
    /** ≥ 0; all together are 1. */
    readonly share: number;
    /** Standard deviation of the share. */
    readonly spread: number;
    /** The part of the whole variance that depends on it, alone or with others. */
    readonly total?: number;
  }[];
  /** Why nothing can be said, where that is so. */
  readonly note?: string;
}

/** What may be asked of a plot; each kind names the options that it takes. */
export interface PlotOptions {
  /** One of several metrics, by its name; the first one by default. */
  readonly metric?: string;
  /** Several metrics, by their names; all by default. */
  readonly metrics?: readonly string[];
  /** Parameters by their names; by default all, or those that the kind chooses. */
  readonly params?: readonly string[];
  /** Other studies beside the first. */
  readonly others?: readonly PlottedStudy[];
  /** What `importance` of `hpo` computed of the study. */
  readonly importance?: ShownImportance;
  /** A name under which trials logged something beside their metric. */
  readonly curve?: string;
  /** Trials by their numbers. */
  readonly trials?: readonly number[];
  /** Whether a model's standard deviation is shown in place of its mean. */
  readonly uncertainty?: boolean;
  /** How many of the best trials are named; an integer ≥ 1. */
  readonly top?: number;
}

/** A plot: what it shows as data, and how the data are shown. Both are plain JSON. */
export interface PlotKind<Data = unknown> {
  /** In a line, for lists. */
  readonly summary: string;
  /** The options that mean something to it. */
  readonly takes: readonly (keyof PlotOptions)[];
  /** @throws HpoError naming what the study lacks for this plot */
  data(study: PlottedStudy, options?: PlotOptions): Data;
  chart(data: Data): PlotChart;
}
