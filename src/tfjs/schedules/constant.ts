import type { Schedule } from "./schedule.ts";

/** 1 at every step. */
export const constant = (): Schedule => () => 1;
