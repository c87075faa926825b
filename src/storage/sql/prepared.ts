import type { Compilable } from "kysely";

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
 * Compiles what `build` makes of placeholders, which have the types of the parameters and their
 * names; a call then only puts values in place.
 */
export function prepared<Params extends object, Row = unknown>(
  build: (placeholders: Params) => Compilable<Row>,
): Prepared<Params, Row> {
  const placeholders = new Proxy({}, { get: (_, name) => new Placeholder(name as string) });
  const { sql, parameters } = build(placeholders as Params).compile();
  return (params) => ({
    sql,
    parameters: parameters.map((parameter) =>
      parameter instanceof Placeholder ? params[parameter.name as keyof Params] : parameter,
    ),
  });
}

/** Stands in a compiled query for a value to come. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
