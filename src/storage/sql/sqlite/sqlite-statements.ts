import type { Statements } from "../prepared.ts";

/**
 * SQLite's statements as they are compiled. The build gives them to commands that end at once (.ci/bundle-quick.js):
 * compiling a few costs these more than running them.
 */
export const sqliteStatements: Statements | undefined = undefined;
