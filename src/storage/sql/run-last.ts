import type { Transaction } from "./transaction.ts";
import { together } from "./together.ts";

/** `last` where the transaction goes on, or its database is a file: nothing is sent ahead. */
export const runLast =
  (all: Transaction["all"], locked: Transaction["lock"] = all): Transaction["last"] =>
  async ({ lock, query }) =>
    (await together([lock && locked(lock), all(query)]))[1];
