import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import type { Held } from "../../../contracts/trial-lease.ts";
import type { LastStatements } from "../transaction.ts";
import type { Query } from "../prepared.ts";
import type { ReportType, SqlDate, StateName, ValueType } from "../tables.ts";

/*
 * Each part of trials comes as arrays, one for each column, so that a statement has the same text
 * for any number of rows. `nth` is the place of a row's trial among the trials, from 1.
 */

interface ParamRow {
  readonly name: string;
  readonly value: number;
  readonly distribution: string;
}
interface AttributeRow {
  readonly key: string;
  readonly json: string;
}
interface NewRows {
  readonly state: StateName;
  readonly start: SqlDate | null;
  readonly params: readonly ParamRow[];
  readonly user: readonly AttributeRow[];
  readonly system: readonly AttributeRow[];
}

const newAttributes = (kind: "user" | "system", first: number): string => `
  ${kind}_attributes as (
    insert into trial_${kind}_attributes (trial_id, key, value_json)
    select trial_id, key, json
    from unnest($${first}::int[], $${first + 1}::text[], $${first + 2}::text[]) as row(nth, key, json)
    join added using (nth)
  )`;

const ADD = `with
  place as (
    select coalesce(
      (select number from trials where study_id = $1 order by trial_id desc limit 1), -1) as last
  ),
  inserted as (
    insert into trials (number, study_id, state, datetime_start)
    select last + nth, $1, state, start
    from unnest($2::trialstate[], $3::timestamp[]) with ordinality as row(state, start, nth), place
    order by nth
    returning trial_id, number
  ),
  added as (select trial_id, number, (number - last)::int as nth from inserted, place),
  params as (
    insert into trial_params (trial_id, param_name, param_value, distribution_json)
    select trial_id, name, value, distribution
    from unnest($4::int[], $5::text[], $6::float8[], $7::text[])
      with ordinality as row(nth, name, value, distribution, place)
    join added using (nth) order by place
  ),
  ${newAttributes("user", 8)},
  ${newAttributes("system", 11)}
  select trial_id, number from added order by number`;

/** Adds trials that run or wait, with the numbers after the study's last. */
export function insertTrials(
  study: number,
  trials: readonly NewRows[],
): Query<{ trial_id: number; number: number }> {
  const of = <Row extends object>(part: (trial: NewRows) => readonly Row[]) =>
    trials.flatMap((trial, index) => part(trial).map((row) => ({ nth: index + 1, ...row })));
  const params = of((trial) => trial.params);
  const parameters = [
    study,
    trials.map(({ state }) => state),
    trials.map(({ start }) => start),
    params.map(({ nth }) => nth),
    ...paramColumns(params),
  ];
  for (const kind of ["user", "system"] as const) {
    const rows = of((trial) => trial[kind]);
    parameters.push(
      rows.map(({ nth }) => nth),
      ...attributeColumns(rows),
    );
  }
  return { sql: ADD, parameters };
}

const paramColumns = (rows: readonly ParamRow[]) => [
  rows.map(({ name }) => name),
  rows.map(({ value }) => value),
  rows.map(({ distribution }) => distribution),
];
const attributeColumns = (rows: readonly AttributeRow[]) => [
  rows.map(({ key }) => key),
  rows.map(({ json }) => json),
];

/**
 * Finds the trials that `insertTrials` added, by their leases, when its answer was lost. They are
 * among the study's last, as it was locked a moment ago.
 */
export const addedAgain = (
  study: number,
  leases: readonly string[],
): Query<{ trial_id: number; number: number }> => ({
  sql: `select trial_id, number
    from (select * from trials where study_id = $1 order by trial_id desc limit 100000) as last
    join trial_system_attributes using (trial_id)
    where key = '${ATTRIBUTE.lease}' and value_json::json ->> 'id' = any($2::text[])
    order by number`,
  parameters: [study, leases],
});

const LOCK = `select study_id from studies
  where study_id = (select trials.study_id from trials where trial_id = $1) for update`;

const putAttributes = (kind: "user" | "system", rows: string): string => `
  ${kind}_attributes as (
    insert into trial_${kind}_attributes (trial_id, key, value_json) ${rows}
    on conflict (trial_id, key) do update set value_json = excluded.value_json
  )`;

const END = `with
  ended as (
    update trials set state = $2::trialstate, datetime_complete = $3::timestamp,
      datetime_start = coalesce($4::timestamp, datetime_start)
    where trial_id = $1 and state in ('RUNNING', 'WAITING') and ($5::text is null or exists (
      select from trial_system_attributes
      where trial_id = $1 and key = '${ATTRIBUTE.lease}'
        and value_json::json ->> 'id' = $5 and (value_json::json ->> 'attempt')::int = $6::int))
    returning trial_id, study_id
  ),
  counted as (
    insert into study_system_attributes (study_id, key, value_json)
    select study_id, '${ATTRIBUTE.finishCount}', '1' from ended
    on conflict (study_id, key) do update
      set value_json = (study_system_attributes.value_json::int + 1)::text
    returning value_json::int - 1 as finish_index
  ),
  result as (
    insert into trial_values (trial_id, objective, value, value_type)
    select trial_id, objective, value, type
    from ended, unnest($7::int[], $8::float8[], $9::trialvaluetype[]) as row(objective, value, type)
  ),
  params as (
    insert into trial_params (trial_id, param_name, param_value, distribution_json)
    select trial_id, name, value, distribution
    from ended, unnest($10::text[], $11::float8[], $12::text[])
      with ordinality as row(name, value, distribution, place)
    order by place
    on conflict (trial_id, param_name) do update
      set param_value = excluded.param_value, distribution_json = excluded.distribution_json
  ),
  reports as (
    insert into trial_intermediate_values
      (trial_id, step, intermediate_value, intermediate_value_type)
    select trial_id, step, value, type
    from ended, unnest($13::int[], $14::float8[], $15::trialintermediatevaluetype[])
      as row(step, value, type)
    on conflict (trial_id, step) do nothing
  ),
  ${putAttributes("user", "select trial_id, key, json from ended, unnest($16::text[], $17::text[]) as row(key, json)")},
  ${putAttributes(
    "system",
    `select trial_id, key, json from ended, unnest($18::text[], $19::text[]) as row(key, json)
    union all select trial_id, '${ATTRIBUTE.finishIndex}', finish_index::text from ended, counted`,
  )}
  select study_id, finish_index from ended, counted`;

interface EndedRow {
  readonly study_id: number;
  readonly finish_index: number;
}
interface HowEnded {
  readonly trial: number;
  readonly state: StateName;
  readonly complete: SqlDate;
  /** Set if it started later than its row says. */
  readonly start: SqlDate | null;
  readonly held: Held | undefined;
}
interface EndRows extends HowEnded {
  readonly values: readonly { objective: number; value: number | null; type: ValueType }[];
  readonly params: readonly ParamRow[];
  readonly reports: readonly { step: number; value: number | null; type: ReportType }[];
  readonly user: readonly AttributeRow[];
  readonly system: readonly AttributeRow[];
}

/** Ends a trial, unless another process took it over, and gives it its finish index. */
export const endTrial = (rows: EndRows): Omit<LastStatements<EndedRow>, "again"> => ({
  isFenced: true,
  lock: { sql: LOCK, parameters: [rows.trial] },
  query: {
    sql: END,
    parameters: [
      ...[rows.trial, rows.state, rows.complete, rows.start],
      ...[rows.held?.lease ?? null, rows.held?.attempt ?? null],
      rows.values.map(({ objective }) => objective),
      ...numberColumns(rows.values),
      ...paramColumns(rows.params),
      rows.reports.map(({ step }) => step),
      ...numberColumns(rows.reports),
      ...attributeColumns(rows.user),
      ...attributeColumns(rows.system),
    ],
  },
});

const numberColumns = (rows: readonly { value: number | null; type: string }[]) => [
  rows.map(({ value }) => value),
  rows.map(({ type }) => type),
];

/** Finds the row that `endTrial` gave, when its answer was lost. */
export const endedAgain = ({ trial, state, complete, held }: HowEnded): Query<EndedRow> => ({
  sql: `select study_id, value_json::int as finish_index
    from trials join trial_system_attributes using (trial_id)
    where trial_id = $1 and state = $2::trialstate and datetime_complete = $3::timestamp
      and key = '${ATTRIBUTE.finishIndex}' and ($4::text is null or exists (
        select from trial_system_attributes where trial_id = $1
          and key = '${ATTRIBUTE.lease}' and value_json::json ->> 'id' = $4))`,
  parameters: [trial, state, complete, held?.lease ?? null],
});
