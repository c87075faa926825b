import type { ColumnType, Generated } from "../../vendor/kysely.ts";

/**
 * The tables of Optuna's RDB schema, version 12. `SCHEMA.revision` is what alembic calls it; a
 * database of another revision is one whose tables differ.
 */
export const SCHEMA = {
  version: 12,
  revision: "v3.2.0.a",
  /** The oldest Optuna that reads all that hpo writes; Optuna only shows it. */
  libraryVersion: "5.0.0",
} as const;

export type DirectionName = "MINIMIZE" | "MAXIMIZE" | "NOT_SET";
export type StateName = "RUNNING" | "COMPLETE" | "PRUNED" | "FAIL" | "WAITING";
export type ValueType = "FINITE" | "INF_POS" | "INF_NEG";
export type ReportType = ValueType | "NAN";

/** 'YYYY-MM-DD HH:MM:SS.ffffff', UTC. */
export type SqlDate = string;

export interface Tables {
  studies: { study_id: Generated<number>; study_name: string };
  study_directions: {
    study_direction_id: Generated<number>;
    direction: DirectionName;
    study_id: number;
    objective: number;
  };
  study_user_attributes: { study_user_attribute_id: Generated<number> } & StudyAttribute;
  study_system_attributes: { study_system_attribute_id: Generated<number> } & StudyAttribute;
  trials: {
    trial_id: Generated<number>;
    number: number;
    study_id: number;
    state: StateName;
    datetime_start: SqlDate | null;
    datetime_complete: SqlDate | null;
  };
  trial_user_attributes: { trial_user_attribute_id: Generated<number> } & TrialAttribute;
  trial_system_attributes: { trial_system_attribute_id: Generated<number> } & TrialAttribute;
  trial_params: {
    param_id: Generated<number>;
    trial_id: number;
    param_name: string;
    /** Of a categorical parameter, the index of its choice. */
    param_value: number;
    distribution_json: string;
  };
  trial_values: {
    trial_value_id: Generated<number>;
    trial_id: number;
    objective: number;
    value: number | null;
    value_type: ValueType;
  };
  trial_intermediate_values: {
    trial_intermediate_value_id: Generated<number>;
    trial_id: number;
    step: number;
    intermediate_value: number | null;
    intermediate_value_type: ReportType;
  };
  /** Optuna alone writes these; hpo deletes them with their trial. */
  trial_heartbeats: {
    trial_heartbeat_id: Generated<number>;
    trial_id: number;
    heartbeat: ColumnType<SqlDate>;
  };
  version_info: { version_info_id: number; schema_version: number; library_version: string };
  alembic_version: { version_num: string };
}

interface StudyAttribute {
  study_id: number;
  key: string;
  value_json: string;
}
interface TrialAttribute {
  trial_id: number;
  key: string;
  value_json: string;
}

/** The tables of trials' parts, whose rows are deleted before their trial. */
export const TRIAL_PARTS = [
  "trial_user_attributes",
  "trial_system_attributes",
  "trial_params",
  "trial_values",
  "trial_intermediate_values",
  "trial_heartbeats",
] as const;

export const STUDY_PARTS = [
  "study_directions",
  "study_user_attributes",
  "study_system_attributes",
] as const;
