/*
 * Every storage, one line each: the line gives it the scheme of its URLs, and its form in messages.
 */
export { journalScheme as journal } from "./journal/journal-storage.ts";
export { memoryScheme as memory } from "./memory.ts";
export { postgresScheme as postgres } from "./sql/postgres/postgres-scheme.ts";
export { sqliteScheme as sqlite } from "./sql/sqlite/sqlite-scheme.ts";
