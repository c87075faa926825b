import test from "ava";
import { createQueries } from "./queries/queries.ts";
import { statementsOf } from "./prepared.ts";
import { sqliteDialect } from "./sqlite/sqlite-dialect.ts";

/** Every function among a record's members, by its path. */
function functionsIn(
  record: object,
  path = "",
): [path: string, make: (given: unknown) => unknown][] {
  return Object.entries(record).flatMap(([name, member]: [string, unknown]) =>
    typeof member === "function"
      ? [[`${path}${name}`, member as (given: unknown) => unknown]]
      : functionsIn(member as object, `${path}${name}.`),
  );
}

/** A value for any parameter, which tells which one it was. */
const given = (row: number): object =>
  new Proxy({}, { get: (_, name) => `${row} ${String(name)}` });

test("statements that were compiled before are those that would be compiled now", (t) => {
  const rows = 3;
  const statements = statementsOf(() => createQueries(sqliteDialect), rows);
  let compiled = 0;
  const builder = () => {
    compiled++;
    return sqliteDialect.builder();
  };
  // As the build stores them.
  const stored = JSON.parse(JSON.stringify(statements)) as typeof statements;
  const known = functionsIn(createQueries({ ...sqliteDialect, builder, statements: stored }));
  const fresh = new Map(functionsIn(createQueries(sqliteDialect)));
  t.is(known.length, fresh.size);
  t.is(known.length, statements.length);
  const lists = [1, 2, rows].map((count) => Array.from({ length: count }, (_, row) => given(row)));
  const isOfRows = (index: number): boolean => statements[index].length > 1;
  known.forEach(([path, make], index) => {
    for (const params of isOfRows(index) ? lists : [given(0)]) {
      t.deepEqual(make(params), fresh.get(path)!(params), path);
    }
  });
  t.is(compiled, 0, "nothing was compiled again");
  const beyond = Array.from({ length: rows + 1 }, (_, row) => given(row));
  known.forEach(([path, make], index) => {
    if (isOfRows(index)) t.deepEqual(make(beyond), fresh.get(path)!(beyond), path);
  });
  t.true(compiled > 0, "what they lack is compiled");
});
