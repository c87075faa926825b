import { Command } from "commander";
import { integer, jsonOption, storageOption, type CommonOptions } from "../options.ts";

export const replayCommand = (): Command =>
  new Command("replay")
    .description(
      "compute suggestions again from the history, and compare; exit code 1 if one differs",
    )
    .argument("<name>", "the study's name")
    .argument(
      "[numbers...]",
      "which trials; all if left out",
      (text: string, before: number[] = []) => [...before, integer(0)(text)],
    )
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, numbers: number[] | undefined, options: CommonOptions) => {
      const { withStudy } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { replay, replayNotes } = await import("../../study/asking/replay.ts");
      const { strategyOf } = await import("../../study/strategy-registry.ts");
      const format = await import("../format.ts");
      await withStudy(name, options, async (study) => {
        for (const note of replayNotes(study)) process.stderr.write(`Note: ${note}.\n`);
        const wanted = numbers && numbers.length > 0 ? numbers : undefined;
        const replayed = await replay(study, strategyOf, wanted);
        const different = replayed.filter(({ same }) => !same);
        if (different.length > 0) process.exitCode = 1;
        if (options.json) {
          printJson(replayed);
          return;
        }
        for (const { number, recorded, replayed: now } of different) {
          print(`trial ${number} had  ${format.inline(recorded)}`);
          print(`  and now would have ${now ? format.inline(now) : "nothing"}`);
        }
        print(
          different.length === 0
            ? `All ${replayed.length} suggestions come out the same.`
            : `${different.length} of ${replayed.length} suggestions come out differently.`,
        );
      });
    });
