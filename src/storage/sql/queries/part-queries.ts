import type { SqlDialect } from "../connection.ts";
import { prepared, preparedRows } from "../prepared.ts";
import { type ReportType, type ValueType } from "../tables.ts";
import type { TrialId, AttributeRow } from "./query-input.ts";

export interface ParamRow extends TrialId {
  name: string;
  value: number;
  distribution: string;
}
export interface ValueRow extends TrialId {
  objective: number;
  value: number | null;
  type: ValueType;
}
export interface ReportRow extends TrialId {
  step: number;
  value: number | null;
  type: ReportType;
}

/** Statements that write trials' parts: parameters, values, reports, attributes. */
export function partQueries({ builder }: SqlDialect) {
  const attributes = (table: "trial_user_attributes" | "trial_system_attributes") => ({
    put: preparedRows<TrialId & AttributeRow>((rows) =>
      builder()
        .insertInto(table)
        .values(rows.map((p) => ({ trial_id: p.trial, key: p.key, value_json: p.json })))
        .onConflict((conflict) =>
          conflict
            .columns(["trial_id", "key"])
            .doUpdateSet((row) => ({ value_json: row.ref("excluded.value_json") })),
        ),
    ),
    remove: prepared<TrialId & { key: string }>((p) =>
      builder().deleteFrom(table).where("trial_id", "=", p.trial).where("key", "=", p.key),
    ),
  });
  return {
    trialAttribute: {
      user: attributes("trial_user_attributes"),
      system: attributes("trial_system_attributes"),
    },
    systemAttribute: prepared<TrialId & { key: string }, { value_json: string }>((p) =>
      builder()
        .selectFrom("trial_system_attributes")
        .select("value_json")
        .where("trial_id", "=", p.trial)
        .where("key", "=", p.key),
    ),
    putParams: preparedRows<ParamRow>((rows) =>
      builder()
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
      builder()
        .insertInto("trial_values")
        .values(
          rows.map((p) => ({
            trial_id: p.trial,
            objective: p.objective,
            value: p.value,
            value_type: p.type,
          })),
        ),
    ),
    addReports: preparedRows<ReportRow>((rows) =>
      builder()
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
      builder().deleteFrom("trial_intermediate_values").where("trial_id", "=", p.trial),
    ),
  };
}
