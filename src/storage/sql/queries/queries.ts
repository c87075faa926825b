import { studyQueries } from "./study-queries.ts";
import { readQueries } from "./read-queries.ts";
import { trialQueries } from "./trial-queries.ts";
import { partQueries } from "./part-queries.ts";
import { finishQueries } from "./finish-queries.ts";
import type { SqlDialect } from "../connection.ts";
import { withStatements } from "../prepared.ts";

export type Queries = ReturnType<typeof createQueries>;

/** Every statement that the storage runs, compiled once. */
export function createQueries(dialect: SqlDialect) {
  return withStatements(dialect.statements, () => ({
    ...studyQueries(dialect),
    ...readQueries(dialect),
    ...trialQueries(dialect),
    ...partQueries(dialect),
    ...finishQueries(dialect),
  }));
}
