import type { Storage } from "../../contracts/storage.ts";
import type { Transaction } from "./transaction.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { StudyWriter } from "./studies.ts";
import type { TrialRows } from "./trial-rows.ts";
import type { Turns } from "./turns.ts";

type TrialStorage = Pick<Storage, "createTrials" | "updateTrial" | "finishTrial" | "indexFinished">;

/** The part of a storage that writes trials outside a turn of their study. */
export function trialStorage(
  turns: Turns,
  studies: StudyWriter,
  writer: TrialRows,
  own: OwnChanges,
): TrialStorage {
  const noteAll = (study: number) => (trials: readonly number[]) => own.add(study, trials);
  /** Records the trial's change, unless nothing was written. */
  const note = (trial: number) => (done: { readonly study: number } | undefined) => {
    if (done) own.add(done.study, [trial]);
  };
  const writeTo = <Done extends { readonly study: number }>(
    trial: number,
    write: (tx: Transaction) => Promise<Done | undefined>,
  ): Promise<Done | undefined> => turns.write(write, note(trial));

  return {
    createTrials: (study, trials) =>
      turns.write(
        async (tx) => {
          await studies.lock(tx, study);
          return writer.create(tx, study, trials);
        },
        (added) => noteAll(study)(added.map(({ id }) => id)),
      ),
    updateTrial: async (trial, change, held) =>
      (await writeTo(trial, (tx) => writer.update(tx, trial, change, held))) !== undefined,
    finishTrial: async (trial, end, held) =>
      (await writeTo(trial, (tx) => writer.end(tx, trial, end, held)))?.index,
    indexFinished: async (study) => {
      await turns.write(async (tx) => {
        await studies.lock(tx, study);
        return writer.indexFinished(tx, study);
      }, noteAll(study));
    },
  };
}
