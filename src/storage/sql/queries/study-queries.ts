import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import { above, type AttributeRow, type StudyId, type TrialId } from "./query-input.ts";
import { STEERING } from "../../../contracts/storage.ts";
import type { SqlDialect } from "../connection.ts";
import { prepared } from "../prepared.ts";
import { STUDY_PARTS, TRIAL_PARTS, type DirectionName } from "../tables.ts";

/** Statements about studies. */
export function studyQueries({ builder, removedIds, rowLock }: SqlDialect) {
  const attributes = (table: "study_user_attributes" | "study_system_attributes") => ({
    read: prepared(() => builder().selectFrom(table).select(["study_id", "key", "value_json"])),
    put: prepared<StudyId & AttributeRow>((p) =>
      builder()
        .insertInto(table)
        .values({ study_id: p.study, key: p.key, value_json: p.json })
        .onConflict((conflict) =>
          conflict
            .columns(["study_id", "key"])
            .doUpdateSet((row) => ({ value_json: row.ref("excluded.value_json") })),
        ),
    ),
    remove: prepared<StudyId & { key: string }>((p) =>
      builder().deleteFrom(table).where("study_id", "=", p.study).where("key", "=", p.key),
    ),
  });
  const trialsOf = (p: StudyId) =>
    builder()
      .selectFrom("trials")
      .select("trial_id")
      .where("study_id", "=", p.study)
      .orderBy("trial_id");
  return {
    /**
     * Locks the study's row until the transaction ends; it comes first, so that later statements
     * see all that was committed before. Optuna takes the same lock before it adds a trial. Gives
     * no row if the study is not there.
     */
    lockStudy: prepared<StudyId, { study_id: number }>((p) => {
      const study = builder()
        .selectFrom("studies")
        .select("study_id")
        .where("study_id", "=", p.study);
      return rowLock ? study.modifyEnd(rowLock) : study;
    }),
    /** As `lockStudy`, for the study that has the trial. */
    lockStudyOf: prepared<TrialId, { study_id: number }>((p) => {
      const study = builder()
        .selectFrom("studies")
        .select("study_id")
        .where("study_id", "=", (query) =>
          query.selectFrom("trials").select("trials.study_id").where("trial_id", "=", p.trial),
        );
      return rowLock ? study.modifyEnd(rowLock) : study;
    }),
    studies: prepared(() =>
      builder().selectFrom("studies").select(["study_id", "study_name"]).orderBy("study_id"),
    ),
    directions: prepared(() =>
      builder()
        .selectFrom("study_directions")
        .select(["study_id", "direction"])
        .orderBy("study_id")
        .orderBy("objective"),
    ),
    counts: prepared(() =>
      builder()
        .selectFrom("trials")
        .select(({ fn }) => [
          "study_id",
          "state",
          fn.countAll<number>().as("count"),
          fn.min("datetime_start").as("first_start"),
        ])
        .groupBy(["study_id", "state"]),
    ),
    runners: prepared(() =>
      builder()
        .selectFrom("trials")
        .innerJoin("trial_system_attributes as runner", "runner.trial_id", "trials.trial_id")
        .select(["study_id", "number", "value_json"])
        .where("state", "=", "RUNNING")
        .where("key", "=", ATTRIBUTE.runner)
        .orderBy("number"),
    ),
    studyByName: prepared<{ name: string }, { study_id: number }>((p) =>
      builder().selectFrom("studies").select("study_id").where("study_name", "=", p.name),
    ),
    studyById: prepared<StudyId, { study_id: number }>((p) =>
      builder().selectFrom("studies").select("study_id").where("study_id", "=", p.study),
    ),
    addStudy: prepared<{ name: string }, { study_id: number }>((p) =>
      builder()
        .insertInto("studies")
        .values({ ...(removedIds && { study_id: above(removedIds.study) }), study_name: p.name })
        .returning("study_id"),
    ),
    addDirection: prepared<StudyId & { direction: DirectionName; objective: number }>((p) =>
      builder()
        .insertInto("study_directions")
        .values({ study_id: p.study, direction: p.direction, objective: p.objective }),
    ),
    renameStudy: prepared<StudyId & { name: string }>((p) =>
      builder().updateTable("studies").set({ study_name: p.name }).where("study_id", "=", p.study),
    ),
    highestTrial: prepared<StudyId, { trial_id: number | null }>((p) =>
      builder()
        .selectFrom("trials")
        .select(({ fn }) => fn.max("trial_id").as("trial_id"))
        .where("study_id", "=", p.study),
    ),
    /** Deletes rows before what they refer to: to be run in this order. */
    deleteStudy: [
      // The ends of trials wait for no lock of the study.
      ...(rowLock ? [prepared<StudyId>((p) => trialsOf(p).modifyEnd(rowLock))] : []),
      ...TRIAL_PARTS.map((table) =>
        prepared<StudyId>((p) =>
          builder()
            .deleteFrom(table)
            .where("trial_id", "in", (query) =>
              query.selectFrom("trials").select("trials.trial_id").where("study_id", "=", p.study),
            ),
        ),
      ),
      prepared<StudyId>((p) => builder().deleteFrom("trials").where("study_id", "=", p.study)),
      ...STUDY_PARTS.map((table) =>
        prepared<StudyId>((p) => builder().deleteFrom(table).where("study_id", "=", p.study)),
      ),
      prepared<StudyId>((p) => builder().deleteFrom("studies").where("study_id", "=", p.study)),
    ],
    steering: prepared((p: StudyId) =>
      builder()
        .selectFrom("study_system_attributes")
        .select(["key", "value_json"])
        .where("study_id", "=", p.study)
        .where("key", "in", STEERING),
    ),
    studyAttributes: {
      user: attributes("study_user_attributes"),
      system: attributes("study_system_attributes"),
    },
  };
}
