import type { Schedule } from "./schedule.ts";

/**
 * 1 at every step.
 *
 * @example
 * ```ts
 * import { constant } from "hpo/tfjs";
 *
 * const schedule = constant();
 * schedule(100); // 1
 * ```
 */
export const constant = (): Schedule => () => 1;
