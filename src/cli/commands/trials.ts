import { Command, Option } from "commander";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";
import type { TrialState } from "../../contracts/trial.ts";
import { quotedName } from "../visible.ts";

interface TrialsOptions extends CommonOptions {
  readonly state?: TrialState;
  readonly last?: number;
}

export const trialsCommand = (): Command =>
  new Command("trials")
    .description("the trials of a study")
    .argument("<name>", "the study's name")
    .addOption(
      new Option("--state <state>", "only those in this state").choices([
        "waiting",
        "running",
        "complete",
        "pruned",
        "failed",
      ]),
    )
    .option("--last <count>", "only the last ones", integer(1))
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: TrialsOptions) => {
      const { withView } = await import("../context.ts");
      const { print, printJson, table } = await import("../output.ts");
      const { trialToJson } = await import("../../export/trial-json.ts");
      const format = await import("../format.ts");
      const detail = options.json ? undefined : "brief";
      await withView(name, { ...options, detail }, async (study) => {
        const all = options.state ? study.trials(options.state) : study.trials();
        const trials = options.last ? all.slice(-options.last) : all;
        if (options.json) {
          printJson(trials.map(trialToJson));
          return;
        }
        if (trials.length === 0) {
          print(
            `Study ${quotedName(name)} has no ${options.state ?? ""} trials.`.replace("  ", " "),
          );
          return;
        }
        const rows = trials.map((trial) => [
          format.trialName(trial),
          format.stateWord(trial, study.interrupted),
          trial.state === "running" || trial.state === "waiting"
            ? ""
            : format.outcome(trial, study),
          format.inline(trial.params),
        ]);
        print(table(["trial", "state", "result", "parameters"], rows));
      });
    });
