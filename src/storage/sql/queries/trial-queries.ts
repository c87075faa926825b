import { above, type StudyId, type TrialId } from "./query-input.ts";
import type { SqlDialect } from "../connection.ts";
import { prepared } from "../prepared.ts";
import { type SqlDate, type StateName } from "../tables.ts";

export interface TrialRow extends StudyId {
  number: number;
  state: StateName;
  start: SqlDate | null;
  complete: SqlDate | null;
}

/** Statements that add trials and change their states. */
export function trialQueries({ builder, removedIds, partLock }: SqlDialect) {
  return {
    /** The study's highest number: that of the highest id, as both ascend together. */
    lastNumber: prepared<StudyId, { number: number }>((p) =>
      builder()
        .selectFrom("trials")
        .select("number")
        .where("study_id", "=", p.study)
        .orderBy("trial_id", "desc")
        .limit(1),
    ),
    addTrial: prepared<TrialRow, { trial_id: number }>((p) =>
      builder()
        .insertInto("trials")
        .values({
          ...(removedIds && { trial_id: above(removedIds.trial) }),
          number: p.number,
          study_id: p.study,
          state: p.state,
          datetime_start: p.start,
          datetime_complete: p.complete,
        })
        .returning("trial_id"),
    ),
    /** Locks an unfinished trial, so that nobody ends it or takes it over in this transaction. */
    unfinished: prepared<TrialId, { study_id: number }>((p) => {
      const trial = builder()
        .selectFrom("trials")
        .select("study_id")
        .where("trial_id", "=", p.trial)
        .where("state", "in", ["RUNNING", "WAITING"]);
      return partLock ? trial.modifyEnd(partLock) : trial;
    }),
    start: prepared<TrialId, { study_id: number }>((p) =>
      builder()
        .updateTable("trials")
        .set({ state: "RUNNING" })
        .where("trial_id", "=", p.trial)
        .where("state", "=", "WAITING")
        .returning("study_id"),
    ),
    setStart: prepared<TrialId & { start: SqlDate }>((p) =>
      builder()
        .updateTable("trials")
        .set({ datetime_start: p.start })
        .where("trial_id", "=", p.trial),
    ),
    finish: prepared<TrialId & { state: StateName; complete: SqlDate }, { study_id: number }>((p) =>
      builder()
        .updateTable("trials")
        .set({ state: p.state, datetime_complete: p.complete })
        .where("trial_id", "=", p.trial)
        .where("state", "in", ["RUNNING", "WAITING"])
        .returning("study_id"),
    ),
  };
}
