import { sql } from "../../../vendor/kysely.ts";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import { DETAIL_ATTRIBUTES } from "../../../contracts/storage.ts";
import type { IdSet, SqlDialect } from "../connection.ts";
import { prepared } from "../prepared.ts";
import { type SqlDate } from "../tables.ts";
import type { StudyId, Ids } from "./query-input.ts";

/** Attributes of no use to a search once a trial has finished and has its index. */
const AFTER_THE_END = DETAIL_ATTRIBUTES.filter((key) => key !== ATTRIBUTE.finishIndex);

const noDate = () => sql<SqlDate | null>`null`;

/** Statements that read trials. */
export function readQueries({ builder, idIn }: SqlDialect) {
  const trials = (ids: IdSet) =>
    builder()
      .selectFrom("trials")
      .select(["trial_id", "number", "state"])
      .where(idIn("trial_id", ids))
      .orderBy("trial_id");
  const params = (ids: IdSet) =>
    builder()
      .selectFrom("trial_params")
      .select(["trial_id", "param_name", "param_value"])
      .where(idIn("trial_id", ids))
      .orderBy("trial_id")
      .orderBy("param_id");
  /** User and system attributes, without the system attributes in `leftOut`. */
  const attributes = (ids: IdSet, leftOut?: readonly string[]) => {
    const system = builder()
      .selectFrom("trial_system_attributes")
      .select(["trial_id", "key", "value_json", sql<0 | 1>`1`.as("is_system")])
      .where(idIn("trial_id", ids));
    return builder()
      .selectFrom("trial_user_attributes")
      .select(["trial_id", "key", "value_json", sql<0 | 1>`0`.as("is_system")])
      .where(idIn("trial_id", ids))
      .unionAll(leftOut ? system.where("key", "not in", leftOut) : system);
  };
  return {
    trialIds: prepared<StudyId & { after: number }, { trial_id: number }>((p) =>
      builder()
        .selectFrom("trials")
        .select("trial_id")
        .where("study_id", "=", p.study)
        .where("trial_id", ">", p.after)
        .orderBy("trial_id"),
    ),
    /** By number. Optuna numbers a trial after inserting it, so that some may have none yet. */
    trialsNumbered: prepared<StudyId & { numbers: IdSet }, { trial_id: number }>((p) =>
      builder()
        .selectFrom("trials")
        .select("trial_id")
        .where("study_id", "=", p.study)
        .where(idIn("number", p.numbers))
        .orderBy("number"),
    ),
    unfinishedAmong: prepared<Ids, { trial_id: number }>((p) =>
      builder()
        .selectFrom("trials")
        .select("trial_id")
        .where(idIn("trial_id", p.ids))
        .where("state", "in", ["RUNNING", "WAITING"]),
    ),
    noLongerWaiting: prepared<Ids, { trial_id: number }>((p) =>
      builder()
        .selectFrom("trials")
        .select("trial_id")
        .where(idIn("trial_id", p.ids))
        .where("state", "!=", "WAITING"),
    ),
    trials: prepared((p: Ids) => trials(p.ids).select(["datetime_start", "datetime_complete"])),
    params: prepared((p: Ids) =>
      params(p.ids).select((row) =>
        row.ref("distribution_json").$castTo<string | null>().as("distribution_json"),
      ),
    ),
    values: prepared((p: Ids) =>
      builder()
        .selectFrom("trial_values")
        .select(["trial_id", "value", "value_type"])
        .where(idIn("trial_id", p.ids))
        .orderBy("trial_id")
        .orderBy("objective"),
    ),
    reports: prepared((p: Ids) =>
      builder()
        .selectFrom("trial_intermediate_values")
        .select(["trial_id", "step", "intermediate_value", "intermediate_value_type"])
        .where(idIn("trial_id", p.ids))
        .orderBy("trial_id")
        .orderBy("step"),
    ),
    attributes: prepared((p: Ids) => attributes(p.ids)),
    /** Shorter rows of the same, for reading many trials: see `TrialDetail`. */
    brief: {
      trials: prepared((p: Ids) =>
        trials(p.ids).select([noDate().as("datetime_start"), noDate().as("datetime_complete")]),
      ),
      /** With the distributions of categoricals only, which give a value its meaning. */
      params: prepared((p: Ids) =>
        params(p.ids).select((row) =>
          row
            .case()
            .when("distribution_json", "like", "%CategoricalDistribution%")
            .then(row.ref("distribution_json"))
            .end()
            .as("distribution_json"),
        ),
      ),
      reports: prepared((p: Ids) =>
        builder()
          .selectFrom("trial_intermediate_values as report")
          .innerJoin(
            builder()
              .selectFrom("trials")
              .innerJoin("trial_intermediate_values as each", "each.trial_id", "trials.trial_id")
              .select(({ fn }) => ["trials.trial_id", fn.max("each.step").as("step")])
              .where(idIn("trials.trial_id", p.ids))
              .where("trials.state", "!=", "COMPLETE")
              .groupBy("trials.trial_id")
              .as("last"),
            (join) =>
              join
                .onRef("last.trial_id", "=", "report.trial_id")
                .onRef("last.step", "=", "report.step"),
          )
          .select([
            "report.trial_id",
            "report.step",
            "report.intermediate_value",
            "report.intermediate_value_type",
          ]),
      ),
      endAttributes: prepared((p: Ids) => attributes(p.ids, AFTER_THE_END)),
      attributes: prepared((p: Ids) =>
        attributes(p.ids, DETAIL_ATTRIBUTES).unionAll(
          builder()
            .selectFrom("trials")
            .innerJoin("trial_system_attributes as holder", "holder.trial_id", "trials.trial_id")
            .select(["trials.trial_id", "key", "value_json", sql<0 | 1>`1`.as("is_system")])
            .where(idIn("trials.trial_id", p.ids))
            .where("state", "=", "RUNNING")
            .where("key", "in", [ATTRIBUTE.runner, ATTRIBUTE.lease]),
        ),
      ),
    },
  };
}
