import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

interface EnqueueOptions extends CommonOptions {
  readonly skipIfExists?: boolean;
}

export const enqueueCommand = (): Command =>
  new Command("enqueue")
    .description("queue parameters to be tried next; those left out are suggested")
    .argument("<name>", "the study's name")
    .argument("<params...>", "as name=value …, or as one JSON object")
    .option("--skip-if-exists", "do nothing if a trial has these parameters")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, texts: string[], options: EnqueueOptions) => {
      const { withStudy } = await import("../context.ts");
      const { print, printJson, warn } = await import("../output.ts");
      const { parseParams } = await import("../parse-params.ts");
      const params = parseParams(texts);
      await withStudy(name, options, async (study) => {
        study.subscribe((event) => {
          if (event.type === "note") warn(event.message);
        });
        const { skipIfExists } = options;
        const number = await study.enqueue(params, { skipIfExists });
        if (options.json) printJson({ number: number ?? null });
        else if (number === undefined)
          print("A trial has these parameters already: nothing queued.");
        else print(`Queued as trial ${number}.`);
      });
    });
