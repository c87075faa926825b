import { readFile } from "node:fs/promises";
import type { Storage } from "../../contracts/storage.ts";
import { HpoError, StorageError } from "../../errors/errors.ts";
import { textOfBytes } from "../../system/text-file.ts";
import { fromJson } from "../json.ts";
import { memoryStorage } from "../memory.ts";
import type { StorageScheme } from "../storage-scheme.ts";
import { JournalReplay, type JournalEntry } from "./journal-replay.ts";

/** The members of a storage that write, all of which a journal refuses. */
const WRITES = [
  ...["createStudy", "renameStudy", "deleteStudy", "setStudyAttributes", "inTurn"],
  ...["createTrials", "updateTrial", "finishTrial", "indexFinished", "beat"],
] as const satisfies readonly (keyof Storage)[];

/**
 * Reads the studies of Optuna's journal file (JournalFileBackend) as they are now. They can be read
 * and copied, not written. A line that a killed program left torn is skipped with a warning.
 * @throws StorageError if the file can't be read, or is no journal
 */
export async function journalStorage(path: string): Promise<Storage> {
  const url = `journal:${path}`;
  const replay = new JournalReplay(url);
  for (const entry of entriesOf(await textOf(path, url), url)) replay.apply(entry);
  const memory = memoryStorage(url);
  for (const { trials, ...study } of replay.studies) {
    const { id } = await memory.createStudy(study);
    await memory.createTrials(id, trials);
  }
  const refuse = (): Promise<never> =>
    Promise.reject(
      new StorageError(
        `${url} is a journal of Optuna's, which is only read here. Copy the study to go on with it: ` +
          `hpo study copy NAME --storage ${url} --to sqlite:hpo.db`,
      ),
    );
  return { ...memory, ...Object.fromEntries(WRITES.map((name) => [name, refuse])) };
}

/** `journal:FILE`. It has no `form`, so no message offers it: a study can't run on a journal. */
export const journalScheme: StorageScheme = {
  locate: (_url, path) => path,
  open: journalStorage,
};

async function textOf(path: string, url: string): Promise<string> {
  try {
    return textOfBytes(await readFile(path), path);
  } catch (error) {
    if (error instanceof HpoError) throw new StorageError(error.message, { cause: error });
    throw new StorageError(`${url} can't be read: ${(error as Error).message}. See the path.`, {
      cause: error,
    });
  }
}

function* entriesOf(text: string, url: string): Generator<JournalEntry> {
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const entry = entryOf(line);
    if (entry) yield entry;
    else if (index === 0) {
      throw new StorageError(`${url} is no journal of Optuna's. Give the path of one.`);
    } else if (index < lines.length - 1) {
      process.emitWarning(`${url}: line ${index + 1} is torn, and left out.`, "HpoWarning");
    }
  }
}

function entryOf(line: string): JournalEntry | undefined {
  try {
    const entry = fromJson(line) as JournalEntry | null;
    return typeof entry?.op_code === "number" ? entry : undefined;
  } catch {
    return undefined;
  }
}
