import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";

export const copyCommand = (): Command =>
  new Command("copy")
    .description("copy a study, with everything it has")
    .argument("<name>", "the study's name")
    .argument("<new-name>", "the copy's name")
    .option("--to <url>", "into another storage")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, newName: string, options: CommonOptions & { to?: string }) => {
      const { withStorage } = await import("../context.ts");
      const { copyStudy } = await import("../../open-study.ts");
      await withStorage(options, async (storage) => {
        const { to } = options;
        if (to === undefined) await copyStudy(name, newName, { storage });
        else {
          await withStorage({ storage: to }, (target) =>
            copyStudy(name, newName, { storage, to: target }),
          );
        }
      });
      await done(options, { name: newName }, `Copied "${name}" to "${newName}".`);
    });

export const renameCommand = (): Command =>
  new Command("rename")
    .description("give a study another name")
    .argument("<name>", "the study's name")
    .argument("<new-name>", "its new name")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, newName: string, options: CommonOptions) => {
      const { withStorage } = await import("../context.ts");
      const { renameStudy } = await import("../../open-study.ts");
      await withStorage(options, (storage) => renameStudy(name, newName, { storage }));
      await done(options, { name: newName }, `Renamed "${name}" to "${newName}".`);
    });

export const deleteCommand = (): Command =>
  new Command("delete")
    .description("remove a study with all its trials, for good")
    .argument("<name>", "the study's name")
    .option("--yes", "do not ask")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: CommonOptions & { yes?: boolean }) => {
      const { withStorage, withStudy } = await import("../context.ts");
      const { deleteStudy } = await import("../../open-study.ts");
      const count = await withStudy(name, options, async (study) => study.trials().length);
      if (!options.yes && !(await confirmed(`Delete "${name}" with its ${count} trials?`))) {
        const { HpoError } = await import("../../errors.ts");
        throw new HpoError(`"${name}" was not deleted. Answer y, or pass --yes.`);
      }
      await withStorage(options, (storage) => deleteStudy(name, { storage }));
      await done(options, { name, trials: count }, `Deleted "${name}" with its ${count} trials.`);
    });

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function done(options: CommonOptions, json: object, text: string): Promise<void> {
  const { print, printJson } = await import("../output.ts");
  if (options.json) printJson(json);
  else print(text);
}
