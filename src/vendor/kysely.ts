/**
 * What is used of Kysely. The build puts the library itself in this file's place: read as the 260
 * files that it is made of, it is a quarter of a second at the start of every command.
 */
export {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type ColumnType,
  type Compilable,
  type Expression,
  type Generated,
} from "kysely";
