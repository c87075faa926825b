import type { Query } from "../prepared.ts";
import type { ParamList } from "../whole-trials.ts";

/*
 * SQLite prints a double with seventeen digits, of which there is one double only; its own JSON has fifteen. What is no
 * number is quoted, and refused where it is read.
 */
const SQL = `select param_name, distribution_json,
  json_group_array(trial_id) as trial_ids,
  '[' || group_concat(
    case when typeof(param_value) in ('real', 'integer') then printf('%!.17g', param_value)
      else json_quote(cast(param_value as text)) end
  ) || ']' as param_values
  from trial_params where trial_id in (select value from json_each(?))
  group by param_name, distribution_json order by min(param_id)`;

export const sqliteParamLists = (ids: unknown): Query<ParamList> => ({
  sql: SQL,
  parameters: [ids],
});
