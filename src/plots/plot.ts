import { didYouMean } from "../errors/did-you-mean.ts";
import { HpoError } from "../errors/errors.ts";
import type { PlotChart } from "./chart/chart.ts";
import { htmlOf } from "./drawing/html.ts";
import type { Look } from "./drawing/option.ts";
import { pngOf, type PngOptions } from "./drawing/png.ts";
import { svgOf } from "./drawing/svg.ts";
import { THEMES, type ThemeName } from "./drawing/theme.ts";
import type { PlotKind, PlotOptions } from "./plot-kind.ts";
import { PLOTS, type PlotName } from "./registry.ts";
import { plottedStudy, type PlottedStudy, type StudyToPlot } from "./study/plotted-study.ts";

/**
 * A theme, and a size in pixels; by default the plot's own size, and light, where a page follows its
 * reader's system.
 */
export type PlotLook = Partial<Pick<Look, "width" | "height">> & { readonly theme?: ThemeName };

export interface AskedOptions extends Omit<PlotOptions, "others"> {
  /** Other studies beside the first. */
  readonly others?: readonly (StudyToPlot | PlottedStudy)[];
}

/** A plot of a study as it stood when it was made. */
export interface Plot {
  readonly kind: PlotName;
  /** What is shown, as plain JSON. */
  readonly data: unknown;
  /** How it is shown, without theme and size, as plain JSON: `optionOf` draws it. */
  readonly chart: PlotChart;
  /** The same bytes each time. */
  svg(look?: PlotLook): string;
  /** A page of its own, that answers to the pointer and needs no network. */
  html(look?: PlotLook): string;
  /** @throws HpoError unless the package @resvg/resvg-js is installed */
  png(look?: PlotLook & PngOptions): Promise<Uint8Array>;
}

/**
 * Plots a study.
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { loadStudy } from "hpo";
 * import { plot } from "hpo/plots";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * await writeFile("history.svg", plot(study, "history").svg({ theme: "dark" }));
 * ```
 * @throws HpoError if there is no such plot, it does not take an option, or the study lacks what it shows
 */
export function plot(
  study: StudyToPlot | PlottedStudy,
  kind: PlotName,
  options: AskedOptions = {},
): Plot {
  const found = plotKind(kind);
  checkTaken(kind, found, options);
  const { others, ...rest } = options;
  const asked = { ...rest, ...(others && { others: others.map(recordsOf) }) };
  const data = found.data(recordsOf(study), asked);
  const chart = found.chart(data);
  const look = (given: PlotLook = {}) => ({ ...given, theme: themeOf(given.theme ?? "light") });
  return {
    kind,
    data,
    chart,
    svg: (given) => svgOf(chart, look(given)),
    html: (given = {}) => htmlOf(chart, { ...given, theme: given.theme && themeOf(given.theme) }),
    png: (given = {}) => pngOf(svgOf(chart, look(given)), given),
  };
}

/** @throws HpoError if there is no plot of this name */
export function plotKind(kind: string): PlotKind {
  if (Object.hasOwn(PLOTS, kind)) return PLOTS[kind as PlotName];
  throw new HpoError(`There is no plot "${kind}". ${didYouMean(kind, Object.keys(PLOTS))}`);
}

const recordsOf = (study: StudyToPlot | PlottedStudy): PlottedStudy =>
  typeof study.trials === "function" ? plottedStudy(study as StudyToPlot) : (study as PlottedStudy);

function checkTaken(kind: string, { takes }: PlotKind, options: AskedOptions): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const stray = given.find(([name]) => !(takes as readonly string[]).includes(name));
  if (!stray) return;
  const known = takes.length > 0 ? `It takes ${takes.join(", ")}.` : "It takes none.";
  throw new HpoError(`The plot "${kind}" has no option "${stray[0]}". ${known}`);
}

function themeOf(theme: string): ThemeName {
  if (Object.hasOwn(THEMES, theme)) return theme as ThemeName;
  throw new HpoError(`There is no theme "${theme}". Give ${Object.keys(THEMES).join(" or ")}.`);
}
