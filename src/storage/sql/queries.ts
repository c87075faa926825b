import { sql, type Expression } from "../../vendor/kysely.ts";
import { DETAIL_ATTRIBUTES, STEERING } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { IdSet, SqlDialect } from "./connection.ts";
import { prepared, preparedRows } from "./prepared.ts";
import {
  STUDY_PARTS,
  TRIAL_PARTS,
  type DirectionName,
  type ReportType,
  type SqlDate,
  type StateName,
  type ValueType,
} from "./tables.ts";

export type Queries = ReturnType<typeof createQueries>;

/** Every statement that the storage runs, compiled once. */
export function createQueries(dialect: SqlDialect) {
  return {
    ...studyQueries(dialect),
    ...readQueries(dialect),
    ...trialQueries(dialect),
    ...partQueries(dialect),
    ...finishQueries(dialect),
  };
}

interface StudyId {
  study: number;
}
interface TrialId {
  trial: number;
}
interface Ids {
  ids: IdSet;
}
interface Attribute {
  key: string;
  json: string;
}

const above = (id: Expression<number>) => sql<number>`1 + ${id}`;

function studyQueries({ builder, removedIds }: SqlDialect) {
  const attributes = (table: "study_user_attributes" | "study_system_attributes") => ({
    read: prepared(() => builder.selectFrom(table).select(["study_id", "key", "value_json"])),
    put: prepared<StudyId & Attribute>((p) =>
      builder
        .insertInto(table)
        .values({ study_id: p.study, key: p.key, value_json: p.json })
        .onConflict((conflict) =>
          conflict
            .columns(["study_id", "key"])
            .doUpdateSet((row) => ({ value_json: row.ref("excluded.value_json") })),
        ),
    ),
    remove: prepared<StudyId & { key: string }>((p) =>
      builder.deleteFrom(table).where("study_id", "=", p.study).where("key", "=", p.key),
    ),
  });
  return {
    studies: prepared(() =>
      builder.selectFrom("studies").select(["study_id", "study_name"]).orderBy("study_id"),
    ),
    directions: prepared(() =>
      builder
        .selectFrom("study_directions")
        .select(["study_id", "direction"])
        .orderBy("study_id")
        .orderBy("objective"),
    ),
    counts: prepared(() =>
      builder
        .selectFrom("trials")
        .select(({ fn }) => [
          "study_id",
          "state",
          fn.countAll<number>().as("count"),
          fn.min("datetime_start").as("first_start"),
        ])
        .groupBy(["study_id", "state"]),
    ),
    studyByName: prepared<{ name: string }, { study_id: number }>((p) =>
      builder.selectFrom("studies").select("study_id").where("study_name", "=", p.name),
    ),
    studyById: prepared<StudyId, { study_id: number }>((p) =>
      builder.selectFrom("studies").select("study_id").where("study_id", "=", p.study),
    ),
    addStudy: prepared<{ name: string }, { study_id: number }>((p) =>
      builder
        .insertInto("studies")
        .values({ ...(removedIds && { study_id: above(removedIds.study) }), study_name: p.name })
        .returning("study_id"),
    ),
    addDirection: prepared<StudyId & { direction: DirectionName; objective: number }>((p) =>
      builder
        .insertInto("study_directions")
        .values({ study_id: p.study, direction: p.direction, objective: p.objective }),
    ),
    renameStudy: prepared<StudyId & { name: string }>((p) =>
      builder.updateTable("studies").set({ study_name: p.name }).where("study_id", "=", p.study),
    ),
    highestTrial: prepared<StudyId, { trial_id: number | null }>((p) =>
      builder
        .selectFrom("trials")
        .select(({ fn }) => fn.max("trial_id").as("trial_id"))
        .where("study_id", "=", p.study),
    ),
    /** In this order. */
    deleteStudy: [
      ...TRIAL_PARTS.map((table) =>
        prepared<StudyId>((p) =>
          builder
            .deleteFrom(table)
            .where("trial_id", "in", (query) =>
              query.selectFrom("trials").select("trials.trial_id").where("study_id", "=", p.study),
            ),
        ),
      ),
      prepared<StudyId>((p) => builder.deleteFrom("trials").where("study_id", "=", p.study)),
      ...STUDY_PARTS.map((table) =>
        prepared<StudyId>((p) => builder.deleteFrom(table).where("study_id", "=", p.study)),
      ),
      prepared<StudyId>((p) => builder.deleteFrom("studies").where("study_id", "=", p.study)),
    ],
    steering: prepared((p: StudyId) =>
      builder
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

const noDate = sql<SqlDate | null>`null`;

function readQueries({ builder, idIn }: SqlDialect) {
  const trials = (ids: IdSet) =>
    builder
      .selectFrom("trials")
      .select(["trial_id", "number", "state"])
      .where(idIn("trial_id", ids))
      .orderBy("trial_id");
  const params = (ids: IdSet) =>
    builder
      .selectFrom("trial_params")
      .select(["trial_id", "param_name", "param_value"])
      .where(idIn("trial_id", ids))
      .orderBy("trial_id")
      .orderBy("param_id");
  /** But for the system's attributes that are left out. */
  const attributes = (ids: IdSet, leftOut?: readonly string[]) => {
    const system = builder
      .selectFrom("trial_system_attributes")
      .select(["trial_id", "key", "value_json", sql<0 | 1>`1`.as("is_system")])
      .where(idIn("trial_id", ids));
    return builder
      .selectFrom("trial_user_attributes")
      .select(["trial_id", "key", "value_json", sql<0 | 1>`0`.as("is_system")])
      .where(idIn("trial_id", ids))
      .unionAll(leftOut ? system.where("key", "not in", leftOut) : system);
  };
  return {
    trialIds: prepared<StudyId & { after: number }, { trial_id: number }>((p) =>
      builder
        .selectFrom("trials")
        .select("trial_id")
        .where("study_id", "=", p.study)
        .where("trial_id", ">", p.after)
        .orderBy("trial_id"),
    ),
    noLongerWaiting: prepared<Ids, { trial_id: number }>((p) =>
      builder
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
      builder
        .selectFrom("trial_values")
        .select(["trial_id", "value", "value_type"])
        .where(idIn("trial_id", p.ids))
        .orderBy("trial_id")
        .orderBy("objective"),
    ),
    reports: prepared((p: Ids) =>
      builder
        .selectFrom("trial_intermediate_values")
        .select(["trial_id", "step", "intermediate_value", "intermediate_value_type"])
        .where(idIn("trial_id", p.ids))
        .orderBy("trial_id")
        .orderBy("step"),
    ),
    attributes: prepared((p: Ids) => attributes(p.ids)),
    /** The same for those who look at many trials. */
    brief: {
      trials: prepared((p: Ids) =>
        trials(p.ids).select([noDate.as("datetime_start"), noDate.as("datetime_complete")]),
      ),
      /** A distribution only where it gives the value: of a categorical parameter. */
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
        builder
          .selectFrom("trial_intermediate_values as report")
          .innerJoin(
            builder
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
      attributes: prepared((p: Ids) => attributes(p.ids, DETAIL_ATTRIBUTES)),
    },
  };
}

interface TrialRow extends StudyId {
  number: number;
  state: StateName;
  start: SqlDate | null;
  complete: SqlDate | null;
}

function trialQueries({ builder, removedIds }: SqlDialect) {
  return {
    /**
     * The first statement of what adds trials: no other transaction adds any until this one ends.
     * Gives the highest number; no row if the study is not there. Ids ascend as numbers do, within
     * a study.
     */
    lockStudy: prepared<StudyId, { number: number | null }>((p) =>
      builder
        .selectFrom("studies")
        .select((query) =>
          query
            .selectFrom("trials")
            .select("number")
            .whereRef("trials.study_id", "=", "studies.study_id")
            .orderBy("trial_id", "desc")
            .limit(1)
            .as("number"),
        )
        .where("study_id", "=", p.study),
    ),
    addTrial: prepared<TrialRow, { trial_id: number }>((p) =>
      builder
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
    /** Of an unfinished trial. */
    unfinished: prepared<TrialId, { study_id: number }>((p) =>
      builder
        .selectFrom("trials")
        .select("study_id")
        .where("trial_id", "=", p.trial)
        .where("state", "in", ["RUNNING", "WAITING"]),
    ),
    start: prepared<TrialId, { study_id: number }>((p) =>
      builder
        .updateTable("trials")
        .set({ state: "RUNNING" })
        .where("trial_id", "=", p.trial)
        .where("state", "=", "WAITING")
        .returning("study_id"),
    ),
    setStart: prepared<TrialId & { start: SqlDate }>((p) =>
      builder
        .updateTable("trials")
        .set({ datetime_start: p.start })
        .where("trial_id", "=", p.trial),
    ),
    finish: prepared<TrialId & { state: StateName; complete: SqlDate }, { study_id: number }>((p) =>
      builder
        .updateTable("trials")
        .set({ state: p.state, datetime_complete: p.complete })
        .where("trial_id", "=", p.trial)
        .where("state", "in", ["RUNNING", "WAITING"])
        .returning("study_id"),
    ),
  };
}

interface ParamRow extends TrialId {
  name: string;
  value: number;
  distribution: string;
}
interface ValueRow extends TrialId {
  objective: number;
  value: number | null;
  type: ValueType;
}
interface ReportRow extends TrialId {
  step: number;
  value: number | null;
  type: ReportType;
}

function partQueries({ builder }: SqlDialect) {
  const attributes = (table: "trial_user_attributes" | "trial_system_attributes") => ({
    put: preparedRows<TrialId & Attribute>((rows) =>
      builder
        .insertInto(table)
        .values(rows.map((p) => ({ trial_id: p.trial, key: p.key, value_json: p.json })))
        .onConflict((conflict) =>
          conflict
            .columns(["trial_id", "key"])
            .doUpdateSet((row) => ({ value_json: row.ref("excluded.value_json") })),
        ),
    ),
    remove: prepared<TrialId & { key: string }>((p) =>
      builder.deleteFrom(table).where("trial_id", "=", p.trial).where("key", "=", p.key),
    ),
  });
  return {
    trialAttribute: {
      user: attributes("trial_user_attributes"),
      system: attributes("trial_system_attributes"),
    },
    systemAttribute: prepared<TrialId & { key: string }, { value_json: string }>((p) =>
      builder
        .selectFrom("trial_system_attributes")
        .select("value_json")
        .where("trial_id", "=", p.trial)
        .where("key", "=", p.key),
    ),
    putParams: preparedRows<ParamRow>((rows) =>
      builder
        .insertInto("trial_params")
        .values(
          rows.map((p) => ({
            trial_id: p.trial,
            param_name: p.name,
            param_value: p.value,
            distribution_json: p.distribution,
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(["trial_id", "param_name"]).doUpdateSet((row) => ({
            param_value: row.ref("excluded.param_value"),
            distribution_json: row.ref("excluded.distribution_json"),
          })),
        ),
    ),
    addValues: preparedRows<ValueRow>((rows) =>
      builder.insertInto("trial_values").values(
        rows.map((p) => ({
          trial_id: p.trial,
          objective: p.objective,
          value: p.value,
          value_type: p.type,
        })),
      ),
    ),
    addReports: preparedRows<ReportRow>((rows) =>
      builder
        .insertInto("trial_intermediate_values")
        .values(
          rows.map((p) => ({
            trial_id: p.trial,
            step: p.step,
            intermediate_value: p.value,
            intermediate_value_type: p.type,
          })),
        )
        .onConflict((conflict) => conflict.columns(["trial_id", "step"]).doNothing()),
    ),
    clearReports: prepared<TrialId>((p) =>
      builder.deleteFrom("trial_intermediate_values").where("trial_id", "=", p.trial),
    ),
  };
}

function finishQueries({ builder }: SqlDialect) {
  return {
    /** Counts one more finish, and gives the count before. */
    nextFinish: prepared<StudyId, { value_json: string }>((p) =>
      builder
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
      builder
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
