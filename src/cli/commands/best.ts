import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

export const bestCommand = (): Command =>
  new Command("best")
    .description("the best trial's parameters, or with several metrics those of the front")
    .argument("<name>", "the study's name")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: CommonOptions) => {
      const { withView } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { trialToJson } = await import("../../export/trial-json.ts");
      const { requireDirections } = await import("../../contracts/directions.ts");
      const { bestTrialOf, whyNoBest } = await import("../../study/best-trial.ts");
      const { outsideNote } = await import("../show/outside-space.ts");
      const format = await import("../format.ts");
      const { visibleLine } = await import("../visible.ts");
      await withView(name, { ...options, detail: "outline" }, async (study) => {
        requireDirections(study);
        const isSingle = study.directions.length === 1;
        const best = isSingle ? [bestTrialOf(study)] : study.bestTrials;
        if (options.json) {
          const trials = best.map(trialToJson);
          printJson(isSingle ? trials[0] : trials);
          return;
        }
        const { directions, counts, finished } = study;
        if (best.length === 0)
          print(whyNoBest({ name: visibleLine(name), directions, counts, finished }));
        for (const trial of best) {
          print(`Trial ${trial.number}: ${format.values(trial.values, study.metricNames)}`);
          print(format.pasteable(trial.params));
          const note = outsideNote(study, trial);
          if (note !== undefined) print(visibleLine(note));
        }
      });
    });
