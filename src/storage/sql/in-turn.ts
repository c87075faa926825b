import type { Changes, Cursor, Storage, Turn } from "../../contracts/storage.ts";
import type { ChangesReader } from "./changes.ts";
import type { Transaction } from "./transaction.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { Signs } from "./signs.ts";
import type { StudyWriter } from "./studies.ts";
import { together } from "./together.ts";
import type { TrialRows } from "./trial-rows.ts";
import type { Turns } from "./turns.ts";

interface Parts {
  readonly turns: Turns;
  readonly own: OwnChanges;
  readonly changes: ChangesReader;
  readonly studies: StudyWriter;
  readonly trials: TrialRows;
  readonly signs: Signs;
}

/** The trials that a turn wrote, and whether it wrote attributes of the study. */
interface Written {
  readonly trials: number[];
  attributes: boolean;
}

/** Changes that were read in the same round trip as the study was locked. */
interface EarlyChanges {
  readonly since: Cursor;
  readonly changes: Changes;
}

/** `inTurn` of a storage: one transaction, whose first statement locks the study. */
export function inTurn({ turns, own, changes, studies, trials, signs }: Parts): Storage["inTurn"] {
  const turnOf = (
    tx: Transaction,
    study: number,
    written: Written,
    early: EarlyChanges | undefined,
  ): Turn => {
    const note = (trial: number, done: object | undefined): boolean => {
      if (done) written.trials.push(trial);
      return done !== undefined;
    };
    return {
      study: () => studies.read(tx, study),
      changes: async (cursor) =>
        early && early.since === cursor ? early.changes : changes(tx, study, cursor),
      createTrials: async (added, isLast) => {
        const records = await trials.create(tx, study, added, isLast);
        for (const { id } of records) written.trials.push(id);
        return records;
      },
      startTrial: async (trial, change) => note(trial, await trials.start(tx, trial, change)),
      updateTrial: async (trial, change) => note(trial, await trials.update(tx, trial, change)),
      finishTrial: async (trial, end) => {
        const done = await trials.finish(tx, trial, end);
        note(trial, done);
        return done?.index;
      },
      beat: (worker) => signs.beat(tx, worker),
      setAttributes: async (change) => {
        await studies.setAttributes(tx, study, change);
        written.attributes = true;
      },
    };
  };

  return async (study, work, since) => {
    const written: Written = { trials: [], attributes: false };
    return turns.alone(
      async (tx, ahead) => {
        const locked = studies.lock(tx, study);
        const early = since && {
          since,
          changes: (await together([locked, changes(tx, study, since, undefined, ahead)]))[1],
        };
        if (!early) await together([locked, ahead]);
        return work(turnOf(tx, study, written, early));
      },
      () => {
        own.add(study, written.trials);
        if (written.attributes) own.addAttributes(study);
      },
    );
  };
}
