import type { Transaction } from "./transaction.ts";
import { together } from "./together.ts";

/** `last` where the transaction goes on, or its database is a file: nothing is sent ahead. */
export const runLast =
  (all: Transaction["all"]): Transaction["last"] =>
  async ({ first = [], query }) => {
    const sent = first.map((one) => all(one));
    const rows = all(query);
    await together([...sent, rows]);
    return rows;
  };
