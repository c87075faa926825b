import type { Chart } from "./chart/chart.ts";
import type { PlottedStudy } from "./study/plotted-study.ts";

/** What may be asked of a plot; each kind names the options that it takes. */
export interface PlotOptions {
  /** One of several metrics, by its name; the first one by default. */
  readonly metric?: string;
  /** Parameters by their names; by default all, or those that the kind chooses. */
  readonly params?: readonly string[];
  /** Other studies beside the first. */
  readonly others?: readonly PlottedStudy[];
}

/** A plot: what it shows as data, and how the data are shown. Both are plain JSON. */
export interface PlotKind<Data = unknown> {
  /** In a line, for lists. */
  readonly summary: string;
  /** The options that mean something to it. */
  readonly takes: readonly (keyof PlotOptions)[];
  /** @throws HpoError naming what the study lacks for this plot */
  data(study: PlottedStudy, options?: PlotOptions): Data;
  chart(data: Data): Chart;
}
