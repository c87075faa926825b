import { Command, Option } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface ExportOptions extends CommonOptions {
  readonly format: "csv" | "json";
  readonly out?: string;
}

export const exportCommand = (): Command =>
  new Command("export")
    .description("a study's trials as CSV, or the whole study as JSON")
    .argument("<name>", "the study's name")
    .addOption(
      new Option("--format <format>", "csv or json").choices(["csv", "json"]).default("csv"),
    )
    .option("--out <file>", "write to a file instead of the terminal")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: ExportOptions) => {
      const { withView } = await import("../context.ts");
      const { print } = await import("../output.ts");
      const { csvOf, rowsOf } = await import("../../export/table.ts");
      const { trialToJson } = await import("../../export/trial-json.ts");
      const { studySummary } = await import("../run/summary.ts");
      const text = await withView(name, options, async (study) => {
        const asJson = options.json === true || options.format === "json";
        if (!asJson) return csvOf(rowsOf(study.trials(), study.metricNames)).trimEnd();
        const { trials: counts, ...summary } = studySummary(study, options.storage);
        return JSON.stringify(
          { ...summary, counts, trials: study.trials().map(trialToJson) },
          null,
          2,
        );
      });
      if (options.out === undefined) {
        print(text);
        return;
      }
      const { writeText } = await import("../write-text.ts");
      await writeText("--out", options.out, `${text}\n`);
      print(`Written to ${options.out}.`);
    });
