import type { Compilable } from "../../vendor/kysely.ts";

/** SQL with its parameters, ready to run; gives rows of type `Row`. */
export interface Query<Row> {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Carries the type; never set. */
  readonly row?: Row;
}

/** A query that was compiled once, and takes values for its named parameters. */
export type Prepared<Params, Row> = (params: Params) => Query<Row>;

/**
 * Compiles the query that `build` makes of placeholders at the first call, as a command needs few
 * of the statements. Later calls only fill in the values.
 */
export function prepared<Params extends object, Row = unknown>(
  build: (placeholders: Params) => Compilable<Row>,
): Prepared<Params, Row> {
  let fill: ReturnType<typeof template<Params, Row>> | undefined;
  return (params) => (fill ??= template(build(placeholders<Params>(0))))([params]);
}

/** Bounds the parameters of one statement, of which databases allow some ten thousand. */
const MAX_ROWS = 100;

/** As `prepared`, for a statement that inserts any number of rows; compiled once per number. */
export function preparedRows<Params extends object>(
  build: (placeholders: readonly Params[]) => Compilable<unknown>,
): (rows: readonly Params[]) => Query<unknown>[] {
  const templates: ((rows: readonly Params[]) => Query<unknown>)[] = [];
  return (rows) => {
    const queries: Query<unknown>[] = [];
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      const chunk = rows.slice(start, start + MAX_ROWS);
      const count = chunk.length;
      templates[count] ??= template(build(chunk.map((_, row) => placeholders<Params>(row))));
      queries.push(templates[count](chunk));
    }
    return queries;
  };
}

/** Stands in a compiled query for a value to come. */
class Placeholder {
  readonly row: number;
  readonly name: string;
  constructor(row: number, name: string) {
    this.row = row;
    this.name = name;
  }
}

const placeholders = <Params>(row: number): Params =>
  new Proxy({}, { get: (_, name) => new Placeholder(row, name as string) }) as Params;

function template<Params extends object, Row>(
  query: Compilable<Row>,
): (rows: readonly Params[]) => Query<Row> {
  const { sql, parameters } = query.compile();
  return (rows) => ({
    sql,
    parameters: parameters.map((parameter) =>
      parameter instanceof Placeholder
        ? rows[parameter.row][parameter.name as keyof Params]
        : parameter,
    ),
  });
}
