import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

export const showCommand = (): Command =>
  new Command("show")
    .description("a study at a glance: its space, its best, its failures")
    .argument("<name>", "the study's name")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: CommonOptions) => {
      const { withStudy } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { studySummary, summaryLines } = await import("../summary.ts");
      await withStudy(name, options, async (study) => {
        if (options.json) printJson(studySummary(study, options.storage));
        else print(summaryLines(study, options.storage).join("\n"));
      });
    });
