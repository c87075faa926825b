import type { Query } from "./prepared.ts";
import type { ReportType, SqlDate, StateName, ValueType } from "./tables.ts";

/** The trials that may have changed since a cursor. */
export interface Since {
  readonly study: number;
  /** The largest id seen before: trials above it are new. */
  readonly after: number;
  /** The trials up to that id that may have changed. */
  readonly ids: readonly number[];
}

/** The JSON of a list, as text. */
export type JsonText<Item> = string & { readonly item?: Item };

/** A trial with all its parts, as lists of their columns. */
export interface WholeTrialRow {
  readonly trial_id: number;
  readonly number: number;
  readonly state: StateName;
  readonly datetime_start: SqlDate | null;
  readonly datetime_complete: SqlDate | null;
  readonly params: JsonText<readonly [string, number, string | null]> | null;
  readonly outcome: JsonText<readonly [number | null, ValueType]> | null;
  readonly reports: JsonText<readonly [number, number | null, ReportType]> | null;
  readonly user_attributes: JsonText<AttributePair> | null;
  readonly system_attributes: JsonText<AttributePair> | null;
}

export const isSameRow = (a: WholeTrialRow, b: WholeTrialRow): boolean =>
  a.state === b.state &&
  a.params === b.params &&
  a.reports === b.reports &&
  a.system_attributes === b.system_attributes &&
  a.user_attributes === b.user_attributes &&
  a.outcome === b.outcome &&
  a.datetime_start === b.datetime_start &&
  a.datetime_complete === b.datetime_complete &&
  a.number === b.number;

export type AttributePair = readonly [key: string, json: string];

/** The items of such a text; none if it is null. */
export const itemsOf = <Item>(text: JsonText<Item> | null): readonly Item[] =>
  text === null ? [] : (JSON.parse(text) as readonly Item[]);

/** What comes before the trials: the study's steering attributes. */
export interface StandingRow {
  readonly trial_id: null;
  readonly system_attributes: WholeTrialRow["system_attributes"];
  /** That all rows were read from. */
  readonly snapshot: string;
}

/** Reads changed trials with all their parts by one statement, which costs one round trip. */
export interface WholeTrials {
  /** How many new trials it gives at most. */
  readonly limit: number;
  /** Gives no row if there is no such study. */
  since(since: Since): Query<StandingRow | WholeTrialRow>;
}

/** The values that trials have of one parameter with one distribution, as lists in JSON. */
export interface ParamList {
  readonly param_name: string;
  readonly distribution_json: string | null;
  readonly trial_ids: string;
  readonly param_values: string;
}
