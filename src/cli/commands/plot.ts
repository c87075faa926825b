import { Command, Option } from "commander";
import { integer, storageOption } from "../options.ts";
import type { PlotCommandOptions } from "../plot/plot-study.ts";
import type { ReportCommandOptions } from "../plot/report-study.ts";

const HELP = `
Plots: hpo study plot --list. An .html answers to the pointer; a .png needs the package @resvg/resvg-js.
  hpo study plot digits history -o history.svg
  hpo study plot digits history --with digits-random --theme dark -o compared.png`;

const REPORT_HELP = `
One page without scripts that needs no network: what was searched, found and how sure, what matters, what
diverged, what theory said, what it cost and what to try next.
  hpo study report digits -o report.html`;

export const reportCommand = (): Command =>
  new Command("report")
    .description("a study in one page: what was found, how sure it is, and what to try next")
    .argument("<name>", "the study's name")
    .option("-o, --out <file>", "an .html file; - prints it (default: NAME-report.html)")
    .option("--metric <name>", "of several metrics the one to report most of (default: the first)")
    .addOption(storageOption())
    .addHelpText("after", REPORT_HELP)
    .action(async (name: string, options: ReportCommandOptions) => {
      const { reportStudy } = await import("../plot/report-study.ts");
      await reportStudy(name, options);
    });

const several = (value: string, before: readonly string[] = []): string[] => [...before, value];

const numbers = (value: string, before: readonly number[] = []): number[] => [
  ...before,
  integer(0)(value),
];

export const plotCommand = (): Command =>
  new Command("plot")
    .description("a picture of a study, as SVG, PNG or a page of its own")
    .argument("[name]", "the study's name")
    .argument("[kind]", "what to plot: see --list")
    .option(
      "-o, --out <file>",
      "an .svg, .png or .html file; - prints SVG (default: NAME-KIND.svg)",
    )
    .addOption(
      new Option(
        "--theme <theme>",
        "of the picture (default: light; an .html follows its reader's system)",
      ).choices(["light", "dark"]),
    )
    .option("--list", "list the plots")
    .option("--metric <name>", "of several metrics (default: the first); may be repeated", several)
    .option("--param <name>", "a parameter to show; may be repeated", several)
    .option("--curve <name>", "what trials logged under a name, instead of the metric")
    .option("--trial <number>", "a trial to show; may be repeated", numbers)
    .option("--top <count>", "how many of the best trials are named", integer(1))
    .option("--uncertainty", "how sure a model is, instead of what it says")
    .option("--with <name>", "another study beside it; may be repeated", several)
    .option("--width <pixels>", "of the picture", integer(200))
    .option("--height <pixels>", "of the picture", integer(150))
    .addOption(storageOption())
    .addOption(new Option("--json", "print what is shown as JSON, without drawing it"))
    .addHelpText("after", HELP)
    .action(
      async (
        name: string | undefined,
        kind: string | undefined,
        options: PlotCommandOptions,
        command: Command,
      ) => {
        const { listPlots, plotStudy } = await import("../plot/plot-study.ts");
        if (options.list) return listPlots(options);
        if (name === undefined || kind === undefined) {
          const { PLOTS } = await import("../../plots/registry.ts");
          const { studyLine } = await import("../command-line.ts");
          const line =
            name === undefined ? "hpo study plot NAME KIND" : studyLine("plot", name, ["KIND"]);
          command.error(
            `error: name a study and what to draw of it: ${line}. There are ${Object.keys(PLOTS).join(", ")}; --list says ` +
              `what they show, and ${studyLine("report", name ?? "NAME")} draws all that matters.`,
          );
        }
        await plotStudy(name, kind, options);
      },
    );
