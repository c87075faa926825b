/*
 * Every storage, one line each. The exported name is the scheme of its URLs (`journal:`,
 * `sqlite:`).
 */
export { journalScheme as journal } from "./journal/journal-storage.ts";
export { memoryScheme as memory } from "./memory.ts";
export { postgresScheme as postgres } from "./sql/postgres/postgres-scheme.ts";
export { sqliteScheme as sqlite } from "./sql/sqlite/sqlite-scheme.ts";
