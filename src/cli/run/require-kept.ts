import { HpoError, StorageError } from "../../errors/errors.ts";
import { isFinished } from "../../contracts/trial.ts";
import { checkStored, openStorage } from "../../storage/open-storage.ts";
import { viewStudy, type StudyView } from "../../study/study-view.ts";
import { quotedName } from "../visible.ts";

/**
 * Reads a study back by a connection of its own, where its file may have been damaged while it ran.
 * @throws StorageError if trials that the study has are not there
 */
export async function requireKept(study: StudyView, url: string): Promise<void> {
  try {
    if (!(await checkStored(url))) return;
    const storage = await openStorage(url, { create: false });
    try {
      const kept = await viewStudy(study.name, storage, { detail: "outline" });
      const there = new Map(kept.finished.map(({ number, state }) => [number, state]));
      const lost = study.trials().filter(isFinished);
      const first = lost.find(({ number, state }) => there.get(number) !== state);
      if (first) throw new HpoError(`Trial ${first.number} is not in it as it ended.`);
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
