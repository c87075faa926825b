import { Command, Option } from "commander";
import type { EvaluatorName } from "../../importance/index.ts";
import type { TargetScale } from "../../importance/result.ts";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface ImportanceFlags extends CommonOptions {
  readonly evaluator: EvaluatorName;
  readonly metric?: string;
  readonly diverged: "leave-out" | "worst";
  readonly scale: TargetScale | "auto";
  readonly seed: number;
}

const HELP = `
Shares sum to 1. fanova: which parameters the metric varies with over the whole search space, alone
(share) and together with others; ped-anova: which ones set the best tenth of the trials apart, where
conditional parameters are judged beside the choice that they exist under; permutation: which ones a
model of the trials needs where the trials lie. docs/importance.md tells which to ask.`;

export const importanceCommand = (): Command =>
  new Command("importance")
    .description("how much each parameter matters")
    .argument("<name>", "the study's name")
    .addOption(
      new Option("--evaluator <name>", "what importance is to mean")
        .choices(["fanova", "ped-anova", "permutation"])
        .default("fanova"),
    )
    .option("--metric <name>", "which metric, where the study has several")
    .addOption(
      new Option(
        "--diverged <what>",
        "trials that diverged: leave them out, or take the worst value",
      )
        .choices(["leave-out", "worst"])
        .default("leave-out"),
    )
    .addOption(
      new Option(
        "--scale <scale>",
        "how values are compared; auto: log or rank where they span decades",
      )
        .choices(["auto", "linear", "log", "rank"])
        .default("auto"),
    )
    .option("--seed <number>", "of the forests, resamples and shuffles", integer(0), 0)
    .addOption(storageOption())
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action(async (name: string, { storage, json, ...options }: ImportanceFlags) => {
      const { withView } = await import("../context.ts");
      const { importanceOf } = await import("../../study/study-importance.ts");
      const { print, printJson, table } = await import("../output.ts");
      const { importanceHead, importanceTable } =
        await import("../importance/importance-report.ts");
      const { knowsUnicode } = await import("../draw/unicode.ts");
      await withView(name, { storage }, async (study) => {
        const result = importanceOf(study, options);
        if (json) {
          printJson(result);
          return;
        }
        const { head, rows } = importanceTable(result, knowsUnicode());
        print([...importanceHead(name, result), "", table(head, rows)].join("\n"));
      });
    });
