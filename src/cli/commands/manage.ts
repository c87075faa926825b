import { formatBytes } from "../../system/byte-size.ts";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { jsonOption, storageOption, type CommonOptions } from "../options.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName } from "../visible.ts";

export const copyCommand = (): Command =>
  new Command("copy")
    .description("copy a study, with everything it has, also from or to another kind of storage")
    .argument("<name>", "the study's name")
    .argument("[new-name]", "the copy's name; the same if left out, in another storage")
    .option("--to <url>", "into another storage; --storage journal:FILE reads Optuna's journal")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, given: string | undefined, options: CopyOptions) => {
      const { withStorage } = await import("../context.ts");
      const { copyStudy } = await import("../../study/manage-studies.ts");
      if (given === undefined && options.to === undefined) {
        const { UsageError } = await import("../usage-error.ts");
        throw new UsageError("copy: give the copy another name, or --to another storage.");
      }
      if (options.to !== undefined) {
        const { endsWithProcess } = await import("../../storage/open-storage.ts");
        const { UsageError } = await import("../usage-error.ts");
        if (endsWithProcess(options.to)) {
          throw new UsageError(
            `copy: ${options.to} ends with this process. Give --to a file or a server.`,
          );
        }
      }
      const newName = given ?? name;
      await checkNewName("The copy's name", newName);
      await withStorage(options, async (storage) => {
        const { to } = options;
        if (to === undefined) await copyStudy(name, newName, { storage });
        else {
          await withStorage(
            { storage: to },
            (target) => copyStudy(name, newName, { storage, to: target }),
            { create: true },
          );
        }
      });
      await done(
        options,
        { name: newName },
        `Copied ${quotedName(name)} to ${quotedName(newName)}.`,
      );
    });

/** @throws UsageError unless a study may be called so */
async function checkNewName(input: string, name: string): Promise<void> {
  const { requireStudyName } = await import("../../errors/stored-name.ts");
  const { asUsage } = await import("../usage-error.ts");
  asUsage(() => requireStudyName(input, name));
}

interface CopyOptions extends CommonOptions {
  readonly to?: string;
}

export const renameCommand = (): Command =>
  new Command("rename")
    .description("give a study another name")
    .argument("<name>", "the study's name")
    .argument("<new-name>", "its new name")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, newName: string, options: CommonOptions) => {
      await checkNewName("The new name", newName);
      const { withStorage } = await import("../context.ts");
      const { renameStudy } = await import("../../study/manage-studies.ts");
      await withStorage(options, (storage) => renameStudy(name, newName, { storage }));
      await done(
        options,
        { name: newName },
        `Renamed ${quotedName(name)} to ${quotedName(newName)}.`,
      );
    });

export const deleteCommand = (): Command =>
  new Command("delete")
    .description("remove a study with all its trials, for good")
    .argument("<name>", "the study's name")
    .option("--files", "remove the files of its trials, too; they stay otherwise")
    .option("--yes", "do not ask, though trials of it may run")
    .option("--force", "as --yes")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: DeleteOptions) => {
      const { withStorage, withView } = await import("../context.ts");
      const { deleteStudy } = await import("../../study/manage-studies.ts");
      const { keptFiles } = await import("../../study/trial-artifacts.ts");
      const { heldNow, openSteered } = await import("../../study/steer/steer-trials.ts");
      const { HpoError, StorageError } = await import("../../errors/errors.ts");
      const { warn } = await import("../output.ts");
      const { count, files, held } = await withView(name, options, async (study) => ({
        count: study.trials().length,
        files: keptFiles(study),
        held: await heldNow(await openSteered(name, study.storage)),
      })).catch(async (error: unknown) => {
        // What another program stored can be so broken that the study can only be deleted.
        if (!(error instanceof StorageError)) throw error;
        const listed = await withStorage(options, (storage) => storage.listStudies());
        if (!listed.some((study) => study.name === name)) throw error;
        warn(error.message);
        return { count: undefined, files: { folders: [], bytes: 0 }, held: [] };
      });
      const trials = count === undefined ? "trials, which can't be read" : counted(count, "trial");
      const fate = options.files ? "are removed" : "stay";
      const about =
        files.folders.length > 0
          ? ` Its files, ${formatBytes(files.bytes)} in ${files.folders.join(", ")}, ${fate}.`
          : "";
      const runs = held.length > 0 ? ` It runs: ${held.join("; ")}.` : "";
      const question = `Delete ${quotedName(name)} with its ${trials}?${runs}${about}`;
      if (!options.yes && !options.force && !(await confirmed(question))) {
        throw new HpoError(
          `${quotedName(name)} was not deleted.${runs}${about} Answer y, or pass --yes.`,
        );
      }
      await withStorage(options, (storage) => deleteStudy(name, { storage }));
      if (options.files) {
        for (const folder of files.folders) await rm(folder, { recursive: true, force: true });
      }
      const removed = options.files ? files.folders : [];
      const json = {
        name,
        trials: count ?? null,
        running: held.length,
        files: files.folders,
        removed,
      };
      const ran = held.length > 0 ? ` It ran: ${held.join("; ")}.` : "";
      await done(options, json, `Deleted ${quotedName(name)} with its ${trials}.${ran}${about}`);
    });

interface DeleteOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly files?: boolean;
}

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
