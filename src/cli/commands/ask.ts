import type { Storage } from "../../contracts/storage.ts";
import { Command, Option } from "commander";
import type { Study } from "../../study/study.ts";
import {
  duration,
  integer,
  jsonOption,
  storageOption,
  strategyOption,
  type CommonOptions,
} from "../options.ts";
import { counted } from "../../errors/counted.ts";

interface AskOptions extends CommonOptions {
  readonly count: number;
  readonly expires: number;
  readonly trials?: number;
  readonly strategy?: string;
}

export const askCommand = (): Command =>
  new Command("ask")
    .description("start trials that something else runs; hpo study tell ends them")
    .argument("<study>", "a study's name, or its file")
    .option("--count <n>", "how many", integer(1), 1)
    .addOption(
      new Option("--expires <time>", "after which an untold trial counts as lost")
        .argParser(duration)
        .default(24 * 3.6e6, "24h"),
    )
    .option("--trials <count>", "how many trials the study is to have in all", integer(0))
    .addOption(strategyOption())
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: AskOptions) => {
      const { withStorage } = await import("../context.ts");
      const { isStudyFile } = await import("../../study-file/is-study-file.ts");
      const { openNamedOrFile } = await import("../open-named.ts");
      const { askOnce } = await import("../../study/load-study.ts");
      const { storageFlag, studyLine } = await import("../command-line.ts");
      const { print, printJson } = await import("../output.ts");
      const { engineOf } = await import("../../study/study-internals.ts");
      const format = await import("../format.ts");
      const ask = async (storage: Storage): Promise<void> => {
        const expires = new Date(Date.now() + options.expires);
        const { study, total, trials } = await askOnce(
          (load) => openNamedOrFile(name, storage, options.strategy, load),
          async (study) => {
            const total = options.trials ?? study.trialBudget;
            const trials = await engineOf(study).ask(options.count, { expires, total });
            return { study, total, trials };
          },
        );
        if (options.json) {
          const asked = trials.map(({ number, params, seed }) => ({ number, params, seed }));
          printJson(options.count === 1 ? (asked[0] ?? null) : asked);
          return;
        }
        if (trials.length === 0) print(nothingLeft(study, total));
        for (const trial of trials) print(`trial ${trial.number}  ${format.inline(trial.params)}`);
        const [first] = trials;
        const flags = storageFlag(options.storage);
        if (first) {
          print(`End it with: ${studyLine("tell", study.name, [first.number, "VALUE"], flags)}`);
        }
      };
      await withStorage(options, ask, { create: isStudyFile(name) });
    });

const nothingLeft = ({ counts }: Pick<Study, "counts">, total = Infinity): string => {
  const { complete, pruned, failed, running } = counts;
  const there = complete + pruned + failed + running;
  return there >= total
    ? `The study has ${counted(there, "trial")}, and its total is ${total}: --trials above ${there} lets more be asked for.`
    : "Nothing is left to suggest.";
};
