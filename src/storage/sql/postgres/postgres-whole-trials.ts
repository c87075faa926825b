import { STEERING } from "../../../contracts/storage.ts";
import type { WholeTrials } from "../whole-trials.ts";

const LIMIT = 500;

/**
 * SQL of a trial's rows in `table`, as the text of a JSON list of lists of `columns`; null if it has none. It is parsed
 * only if it differs from what was read of the trial before.
 */
const parts = (table: string, columns: string, order: string): string =>
  `(select json_agg(json_build_array(${columns}) order by ${order})::text
    from ${table} where ${table}.trial_id = chosen.trial_id)`;

// The limit keeps the planner from reading a large part of the table.
const READ = `with chosen as materialized (
    select * from trials where trial_id = any($3::int[]) and trial_id <= $2
    union all (
      select * from trials where study_id = $1 and trial_id > $2 order by trial_id limit ${LIMIT})
  )
  select trial_id, number, state, datetime_start, datetime_complete,
    ${parts("trial_params", "param_name, param_value, distribution_json", "param_id")} as params,
    ${parts("trial_values", "value, value_type", "objective")} as outcome,
    ${parts("trial_intermediate_values", "step, intermediate_value, intermediate_value_type", "step")} as reports,
    ${parts("trial_user_attributes", "key, value_json", "key")} as user_attributes,
    ${parts("trial_system_attributes", "key, value_json", "key")} as system_attributes,
    null as snapshot
  from chosen
  union all
  select null, null, null, null, null, null, null, null, null,
    (select json_agg(json_build_array(key, value_json))::text from study_system_attributes
      where study_id = $1 and key in (${STEERING.map((key) => `'${key}'`).join()})),
    pg_current_snapshot()::text
  from studies where study_id = $1
  order by trial_id nulls first`;

export const postgresWholeTrials: WholeTrials = {
  limit: LIMIT,
  since: ({ study, after, ids }) => ({ sql: READ, parameters: [study, after, ids] }),
};
