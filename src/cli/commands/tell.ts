import { Command, Option } from "commander";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface TellCommandOptions extends CommonOptions {
  readonly state?: "complete" | "pruned" | "failed";
  readonly reason?: "diverged" | "outOfMemory" | "error";
  readonly message?: string;
  readonly skipIfFinished?: boolean;
}

export const tellCommand = (): Command =>
  new Command("tell")
    .description("end a trial that was asked for: with the values of its metrics, or with a state")
    .argument("<name>", "the study's name")
    .argument("<number>", "the trial's number", integer(0))
    .argument("[values...]", "the metric, or all in the study's order; NaN fails it as diverged")
    .addOption(new Option("--state <state>").choices(["complete", "pruned", "failed"]))
    .addOption(
      new Option("--reason <reason>", "why it failed").choices([
        "diverged",
        "outOfMemory",
        "error",
      ]),
    )
    .option("--message <text>", "what is known of the failure")
    .option("--skip-if-finished", "do nothing if the trial is finished")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, number: number, texts: string[], options: TellCommandOptions) => {
      const { withStorage } = await import("../context.ts");
      const { openSteered } = await import("../../study/steer/steer-trials.ts");
      const { tellStored } = await import("../../study/steer/tell-trial.ts");
      const { storedMetricNames } = await import("../../study/stored-study.ts");
      const { print, printJson } = await import("../output.ts");
      const { trialToJson } = await import("../../export/trial-json.ts");
      const { parseNumber } = await import("../parse-number.ts");
      const format = await import("../format.ts");
      const values = texts.map(parseNumber);
      const { reason, message, skipIfFinished } = options;
      const failure = reason && { reason, message: message ?? "The trial was told as failed." };
      const state = options.state ?? (failure ? "failed" : undefined);
      await withStorage(options, async (storage) => {
        const study = await openSteered(name, storage);
        const result = values.length === 0 ? undefined : values;
        const told = { state, failure, skipIfFinished };
        const trial = await tellStored(study, number, result, told);
        if (options.json) printJson(trialToJson(trial));
        else
          print(
            `Trial ${number}: ${format.outcome(trial, { metricNames: storedMetricNames(study.record) })}`,
          );
      });
    });
