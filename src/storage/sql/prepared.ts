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

/** A query as it was compiled: a parameter is a value, or the name of one to come, with its row. */
interface Statement {
  readonly sql: string;
  readonly parameters: readonly (Slot | { readonly value: unknown })[];
}
interface Slot {
  readonly row: number;
  readonly name: string;
}

/**
 * The statements of what `prepared` and `preparedRows` were called for, in the order of these calls; each list by
 * the number of rows less one.
 */
export type Statements = readonly (readonly Statement[])[];

/** Compiles a statement for so many rows. */
type Compile = (rows: number) => Statement;

let known: Iterator<readonly Statement[]> | undefined;
let made: ((most: number) => Statement[])[] | undefined;

/** What `make` gives, its statements being known: nothing is compiled but what they lack. */
export function withStatements<Made>(statements: Statements | undefined, make: () => Made): Made {
  known = statements?.values();
  try {
    return make();
  } finally {
    known = undefined;
  }
}

/**
 * Compiles the statements of what `make` prepares, for `withStatements`.
 * @param rows up to how many of them, where a statement inserts any number
 */
export function statementsOf(make: () => unknown, rows: number): Statements {
  made = [];
  try {
    make();
    return made.map((compileUpTo) => compileUpTo(rows));
  } finally {
    made = undefined;
  }
}

/** What compiles a statement, of one row or of any number, unless it is known. */
function statements(count: "one" | "any", build: (rows: number) => Compilable<unknown>): Compile {
  const compile: Compile = (rows) => compiled(build(rows));
  made?.push((most) =>
    Array.from({ length: count === "one" ? 1 : most }, (_, row) => compile(row + 1)),
  );
  const mine = known?.next().value as readonly Statement[] | undefined;
  return (rows) => mine?.[rows - 1] ?? compile(rows);
}

/**
 * Compiles the query that `build` makes of placeholders at the first call, as a command needs few
 * of the statements. Later calls only fill in the values.
 */
export function prepared<Params extends object, Row = unknown>(
  build: (placeholders: Params) => Compilable<Row>,
): Prepared<Params, Row> {
  const compile = statements("one", () => build(placeholders<Params>(0)));
  let statement: Statement | undefined;
  return (params) => filled<Params, Row>((statement ??= compile(1)), [params]);
}

/** Bounds the parameters of one statement, of which databases allow some ten thousand. */
const MAX_ROWS = 100;

/** As `prepared`, for a statement that inserts any number of rows; compiled once per number. */
export function preparedRows<Params extends object>(
  build: (placeholders: readonly Params[]) => Compilable<unknown>,
): (rows: readonly Params[]) => Query<unknown>[] {
  const compile = statements("any", (count) =>
    build(Array.from({ length: count }, (_, row) => placeholders<Params>(row))),
  );
  const byCount: Statement[] = [];
  return (rows) => {
    const queries: Query<unknown>[] = [];
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      const chunk = rows.slice(start, start + MAX_ROWS);
      queries.push(filled((byCount[chunk.length] ??= compile(chunk.length)), chunk));
    }
    return queries;
  };
}

/** Stands in a compiled query for a value to come. */
class Placeholder implements Slot {
  readonly row: number;
  readonly name: string;
  constructor(row: number, name: string) {
    this.row = row;
    this.name = name;
  }
}

const placeholders = <Params>(row: number): Params =>
  new Proxy({}, { get: (_, name) => new Placeholder(row, name as string) }) as Params;

function compiled(query: Compilable<unknown>): Statement {
  const { sql, parameters } = query.compile();
  return {
    sql,
    parameters: parameters.map((value) => (value instanceof Placeholder ? value : { value })),
  };
}

const filled = <Params extends object, Row>(
  { sql, parameters }: Statement,
  rows: readonly Params[],
): Query<Row> => ({
  sql,
  parameters: parameters.map((parameter) =>
    "name" in parameter ? rows[parameter.row][parameter.name as keyof Params] : parameter.value,
  ),
});
