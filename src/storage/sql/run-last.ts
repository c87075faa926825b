import type { Transaction } from "./transaction.ts";
import { together } from "./together.ts";

/** `last` of a transaction that goes on, or that costs no way to a server. */
export const runLast =
  (all: Transaction["all"]): Transaction["last"] =>
  async ({ first = [], query }) => {
    const sent = first.map((one) => all(one));
    const rows = all(query);
    await together([...sent, rows]);
    return rows;
  };
