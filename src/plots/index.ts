/**
 * A study drawn: SVG, PNG or HTML of each kind of plot, and the data behind it.
 *
 * @module hpo/plots
 */
export type {
  Mark,
  PlotAxis as Axis,
  PlotChart as Chart,
  PlotPanel as Panel,
} from "./chart/chart.ts";
export { scaleFor, type Scale } from "./chart/scale.ts";
export { optionOf, type ChartOption, type Look } from "./drawing/option.ts";
export type { PngOptions } from "./drawing/png.ts";
export { svgOf } from "./drawing/svg.ts";
export { plot, type Plot, type PlotLook } from "./plot.ts";
export type { PlotKind, PlotOptions } from "./plot-kind.ts";
export { report, type ReportOptions } from "../report/report.ts";
export type { StudyToReport } from "../report/findings.ts";
export { PLOTS, type PlotName } from "./registry.ts";
export { plottedStudy, type PlottedStudy, type StudyToPlot } from "./study/plotted-study.ts";
