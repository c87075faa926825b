import type { Query } from "./prepared.ts";
import type { ReportType, SqlDate, StateName, ValueType } from "./tables.ts";

/** Which trials somebody who has seen others before may have to read. */
export interface Since {
  readonly study: number;
  /** Those with higher ids are new. */
  readonly after: number;
  /** Of those before, the ones that may have changed. */
  readonly ids: readonly number[];
}

/** A trial with all its parts, as lists of their columns. */
export interface WholeTrialRow {
  readonly trial_id: number;
  readonly number: number;
  readonly state: StateName;
  readonly datetime_start: SqlDate | null;
  readonly datetime_complete: SqlDate | null;
  readonly params: readonly (readonly [string, number, string | null])[] | null;
  readonly outcome: readonly (readonly [number | null, ValueType])[] | null;
  readonly reports: readonly (readonly [number, number | null, ReportType])[] | null;
  readonly user_attributes: readonly (readonly [string, string])[] | null;
  readonly system_attributes: readonly (readonly [string, string])[] | null;
}

/** Reads what others wrote by one statement, where each costs a way to the server. */
export interface WholeTrials {
  /** How many new trials it gives at most. */
  readonly limit: number;
  since(since: Since): Query<WholeTrialRow>;
}
