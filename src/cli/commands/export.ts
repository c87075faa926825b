import { Command, Option } from "commander";
import type { TrackerFlags } from "../export/export-to.ts";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface ExportOptions extends CommonOptions {
  readonly format: "csv" | "json";
  readonly out?: string;
  readonly to?: TrackerFlags["to"];
  readonly url?: string;
  readonly follow?: boolean;
}

const HELP = `
Trackers, once or along with a study that runs; what is there already is not written again:
  hpo study export NAME --to tensorboard --follow   tensorboard --logdir tensorboard
  hpo study export NAME --to mlflow --url http://localhost:5000
  hpo study export NAME --to prometheus --out NAME.prom, --to jsonl --out NAME.jsonl`;

export const exportCommand = (): Command =>
  new Command("export")
    .description("a study's trials as CSV, or the whole study as JSON")
    .argument("<name>", "the study's name")
    .addOption(
      new Option("--format <format>", "csv or json").choices(["csv", "json"]).default("csv"),
    )
    .option(
      "-o, --out <file>",
      "write to a file instead of the terminal; of a tracker, its file or folder",
    )
    .addOption(
      new Option("--to <tracker>", "keep it in a tracker")
        .choices(["tensorboard", "mlflow", "prometheus", "jsonl"])
        .conflicts("format"),
    )
    .addOption(new Option("--url <url>", "MLflow's server").env("MLFLOW_TRACKING_URI"))
    .option("--follow", "go on as long as a process runs the study")
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (name: string, options: ExportOptions) => {
      const { withView } = await import("../context.ts");
      const { to } = options;
      if (to !== undefined) {
        const { exportTo } = await import("../export/export-to.ts");
        return withView(name, options, (study) => exportTo(study, { ...options, to }));
      }
      const { print, printData } = await import("../output.ts");
      const { csvOf, rowsOf } = await import("../../export/table.ts");
      const { trialToJson } = await import("../../export/trial-json.ts");
      const { visibleJson } = await import("../visible.ts");
      const { studySummary } = await import("../run/summary.ts");
      const text = await withView(name, options, async (study) => {
        const asJson = options.json === true || options.format === "json";
        // Without its last newline, which is added to either.
        if (!asJson) return csvOf(rowsOf(study.trials(), study.metricNames)).replace(/\n$/, "");
        const { trials: counts, ...summary } = studySummary(study, options.storage);
        return visibleJson({ ...summary, counts, trials: study.trials().map(trialToJson) }, 2);
      });
      if (options.out === undefined) return printData(text);
      const { writeText } = await import("../write-text.ts");
      await writeText("--out", options.out, `${text}\n`);
      print(`Written to ${options.out}.`);
    });
