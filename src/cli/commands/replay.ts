import { Command } from "commander";
import type { Strategy, StrategyIdentity } from "../../contracts/strategy.ts";
import {
  integer,
  jsonOption,
  storageOption,
  strategyOption,
  type CommonOptions,
} from "../options.ts";
import { counted } from "../../errors/counted.ts";

interface ReplayOptions extends CommonOptions {
  readonly strategy?: string;
}

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
    .addOption(strategyOption())
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, numbers: number[] | undefined, options: ReplayOptions) => {
      const { withStudy } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { replay, replayNotes } = await import("../../study/asking/replay.ts");
      const { strategyOf } = await import("../../study/strategy-registry.ts");
      const { strategyFrom } = await import("../given-parts.ts");
      const format = await import("../format.ts");
      await withStudy(name, options, async (study) => {
        const wanted = numbers && numbers.length > 0 ? numbers : undefined;
        const own = new Map<string, Strategy>();
        for (const { strategy } of study.versions) {
          if (options.strategy === undefined || strategyOf(strategy)) continue;
          own.set(JSON.stringify(strategy), await strategyFrom(options.strategy, strategy));
        }
        const known = (strategy: StrategyIdentity) =>
          strategyOf(strategy) ?? own.get(JSON.stringify(strategy));
        for (const note of replayNotes(study, known)) process.stderr.write(`Note: ${note}.\n`);
        const replayed = await replay(study, known, wanted);
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
            ? `The same as before: ${counted(replayed.length, "suggestion")}.`
            : `Other than before: ${different.length} of ${counted(replayed.length, "suggestion")}.`,
        );
      });
    });
