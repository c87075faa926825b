import { extname } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import type { PlotKind } from "../../plots/plot-kind.ts";
import { plot, plotKind, type AskedOptions, type Plot } from "../../plots/plot.ts";
import { PLOTS, type PlotName } from "../../plots/registry.ts";
import { plottedStudy } from "../../plots/study/plotted-study.ts";
import { loadStudy } from "../../study/load-study.ts";
import { withStorage } from "../context.ts";
import type { CommonOptions } from "../options.ts";
import { print, printJson, table } from "../output.ts";
import { fileNameOf } from "./file-name-of.ts";
import { writeText } from "../write-text.ts";

export interface PlotCommandOptions extends CommonOptions {
  readonly out?: string;
  readonly theme?: "light" | "dark";
  readonly list?: boolean;
  readonly metric?: readonly string[];
  readonly param?: readonly string[];
  readonly curve?: string;
  readonly trial?: readonly number[];
  readonly top?: number;
  readonly uncertainty?: boolean;
  readonly with?: readonly string[];
  readonly width?: number;
  readonly height?: number;
}

/** Prints the names of the plots, with what they show. */
export function listPlots({ json }: Pick<PlotCommandOptions, "json">): void {
  const plots = Object.entries(PLOTS).map(([name, { summary, takes }]) => ({
    name,
    summary,
    takes,
  }));
  if (json) printJson(plots);
  else
    print(
      table(
        ["plot", "shows"],
        plots.map(({ name, summary }) => [name, summary]),
      ),
    );
}

/** @throws HpoError naming the study, the plot, the option or the file that is wrong */
export async function plotStudy(
  name: string,
  kind: string,
  options: PlotCommandOptions,
): Promise<void> {
  const known = plotKind(kind);
  const out = options.out ?? `${fileNameOf(name)}-${kind}.svg`;
  const write = options.json ? undefined : writerOf(out, options);
  const asked = askedOptions(kind, known, options);
  const made = await withStorage(options, async (storage) => {
    const open = async (one: string) => plottedStudy(await loadStudy(one, { storage }));
    const others = options.with && (await Promise.all(options.with.map(open)));
    return plot(await open(name), kind as PlotName, { ...asked, ...(others && { others }) });
  });
  if (!write) {
    printJson(made.data);
    return;
  }
  await write(made);
  if (out !== "-") print(`Written to ${out}: ${known.summary}.`);
}

/** A kind takes either one metric or several. */
function askedOptions(
  kind: string,
  { takes }: PlotKind,
  { metric: metrics, param, curve, trial, top, uncertainty }: PlotCommandOptions,
): AskedOptions {
  const several = takes.includes("metrics");
  if (metrics && metrics.length > 1 && !several) {
    throw new HpoError(`The plot "${kind}" shows one metric, got ${metrics.join(", ")}. Name one.`);
  }
  return {
    ...(metrics && (several ? { metrics } : { metric: metrics[0] })),
    ...(param && { params: param }),
    ...(curve !== undefined && { curve }),
    ...(trial && { trials: trial }),
    ...(top !== undefined && { top }),
    ...(uncertainty !== undefined && { uncertainty }),
  };
}

function writerOf(
  out: string,
  { theme, width, height }: PlotCommandOptions,
): (made: Plot) => Promise<void> {
  const look = { theme, width, height };
  if (out === "-") return async (made) => print(made.svg(look));
  switch (extname(out).toLowerCase()) {
    case ".svg":
      return async (made) => writeText("-o", out, made.svg(look));
    case ".html":
      return async (made) => writeText("-o", out, made.html(look));
    case ".png":
      return async (made) => writeText("-o", out, await made.png(look));
    default:
      throw new HpoError(
        `-o ${out} ends in no kind of file that can be written. Give a name that ends in .svg, .png or .html.`,
      );
  }
}
