import type { Storage, TrialRecord } from "../../contracts/storage.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { TrialRows } from "./trial-writer.ts";
import type { Turns } from "./turns.ts";

type TrialStorage = Pick<Storage, "createTrials" | "updateTrial" | "finishTrial" | "indexFinished">;

/** The part of a storage that writes trials outside a turn of their study. */
export function trialStorage(turns: Turns, writer: TrialRows, own: OwnChanges): TrialStorage {
  /** One trial changed, if the write says of which study. */
  const note = (trial: number) => (done: { readonly study: number } | undefined) => {
    if (done) own.add(done.study, [trial]);
  };

  return {
    createTrials: (study, trials) =>
      turns.write(
        (tx) => writer.create(tx, study, trials),
        (added: readonly TrialRecord[]) =>
          own.add(
            study,
            added.map(({ id }) => id),
          ),
      ),
    updateTrial: async (trial, change, held) => {
      const done = await turns.write((tx) => writer.update(tx, trial, change, held), note(trial));
      return done !== undefined;
    },
    finishTrial: async (trial, end, held) => {
      const done = await turns.write((tx) => writer.finish(tx, trial, end, held), note(trial));
      return done?.index;
    },
    indexFinished: async (study) => {
      await turns.write(
        (tx) => writer.indexFinished(tx, study),
        (trials: readonly number[]) => own.add(study, trials),
      );
    },
  };
}
