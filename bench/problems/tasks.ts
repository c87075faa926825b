import type { Suite } from "./problem.ts";

/** The tasks of a suite that needs no data. */
export const fixedTasks =
  (names: readonly string[]): Suite["tasks"] =>
  async () => ({ all: names, usual: names });
