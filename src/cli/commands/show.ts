import { Command } from "commander";
import type { StudyView } from "../../study/study-view.ts";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";

export const showCommand = (): Command =>
  new Command("show")
    .description(
      "a study at a glance, with what its prior proposed and what the trials made of it; or one of its trials with what it reported and printed",
    )
    .argument("<name>", "the study's name")
    .argument("[number]", "a trial's number", integer(0))
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, number: number | undefined, options: CommonOptions) => {
      const { withView } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { studySummary } = await import("../run/summary.ts");
      const { showStudy } = await import("../show/show-study.ts");
      const { trialDetailLines, trialDetails, trialNumbered } =
        await import("../show/trial-details.ts");
      const { judgedTrials } = await import("../glance/importance-watch.ts");
      const wholeOnes = (study: Pick<StudyView, "trials">): readonly number[] => {
        if (number !== undefined) return [number];
        return options.json ? [] : judgedTrials(study).map((trial) => trial.number);
      };
      await withView(
        name,
        { ...options, detail: "outline", space: number === undefined, whole: wholeOnes },
        async (study) => {
          if (number !== undefined) {
            const trial = trialNumbered(study, number);
            if (options.json) printJson(trialDetails(trial));
            else print(trialDetailLines(study, trial).join("\n"));
          } else if (options.json) printJson(studySummary(study, options.storage));
          else showStudy(study, options.storage);
        },
      );
    });
