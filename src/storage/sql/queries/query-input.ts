import { sql, type Expression } from "../../../vendor/kysely.ts";
import type { IdSet } from "../connection.ts";

/** Parameters that several statements take. */
export interface StudyId {
  study: number;
}
export interface TrialId {
  trial: number;
}
export interface Ids {
  ids: IdSet;
}
export interface AttributeRow {
  key: string;
  json: string;
}

/** The id after this one. */
export const above = (id: Expression<number>) => sql<number>`1 + ${id}`;
