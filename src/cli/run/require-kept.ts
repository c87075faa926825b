import { HpoError, StorageError } from "../../errors/errors.ts";
import { isFinished } from "../../contracts/trial.ts";
import { checkStored, openStorage } from "../../storage/open-storage.ts";
import { engineOf } from "../../study/study-internals.ts";
import type { Study } from "../../study/study.ts";
import { quotedName } from "../visible.ts";

/**
 * Reads a study back by a connection of its own, where its file may have been damaged while it ran.
 * @throws StorageError if trials that the study has are not there
 */
export async function requireKept(study: Study, url: string): Promise<void> {
  try {
    if (!(await checkStored(url))) return;
    const storage = await openStorage(url, { create: false });
    try {
      // By its id: it may have been renamed meanwhile.
      const { id } = engineOf(study).state.record;
      const { trials } = await storage.readTrials(id, undefined, "outline");
      const there = new Map(trials.map(({ number, state }) => [number, state]));
      const ended = study.trials().filter(isFinished);
      const lost = ended.find(({ number, state }) => there.get(number) !== state);
      if (lost) throw new HpoError(`Trial ${lost.number} is not in it as it ended.`);
    } finally {
      await storage.close();
    }
  } catch (error) {
    throw new StorageError(
      `${url} does not hold study ${quotedName(study.name)} as it ran: its file was damaged or overwritten ` +
        `meanwhile. What is printed above may be kept nowhere else. ${(error as Error).message}`,
      { cause: error },
    );
  }
}
