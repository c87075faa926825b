import { sql } from "../../../vendor/kysely.ts";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import type { SqlDialect } from "../connection.ts";
import { prepared } from "../prepared.ts";
import type { StudyId } from "./query-input.ts";

/** Statements that keep the order in which trials finish. */
export function finishQueries({ builder }: SqlDialect) {
  return {
    /** Raises the study's count of finished trials by one, and gives it. */
    nextFinish: prepared<StudyId, { value_json: string }>((p) =>
      builder()
        .insertInto("study_system_attributes")
        .values({ study_id: p.study, key: ATTRIBUTE.finishCount, value_json: "1" })
        .onConflict((conflict) =>
          conflict.columns(["study_id", "key"]).doUpdateSet({
            value_json: sql`cast(cast(study_system_attributes.value_json as integer) + 1 as text)`,
          }),
        )
        .returning("value_json"),
    ),
    finishedWithoutIndex: prepared<StudyId, { trial_id: number }>((p) =>
      builder()
        .selectFrom("trials")
        .select("trials.trial_id")
        .where("study_id", "=", p.study)
        .where("state", "not in", ["RUNNING", "WAITING"])
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom("trial_system_attributes as attribute")
                .select("attribute.trial_id")
                .whereRef("attribute.trial_id", "=", "trials.trial_id")
                .where("attribute.key", "=", ATTRIBUTE.finishIndex),
            ),
          ),
        )
        .orderBy("datetime_complete")
        .orderBy("trials.trial_id"),
    ),
  };
}
