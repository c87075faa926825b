import { numberWhere } from "../../errors/number-kinds.ts";

// What hpo scale computes with is squared and raised to powers: beyond these no answer could be written.

/** Of examples, neurons, layers: a count; mean batch sizes are no integers. */
export const SIZE = numberWhere("a number ≥ 1 and ≤ 1e15", (x) => x >= 1 && x <= 1e15);
/** Of a gradient, in examples. */
export const NOISE_SCALE = numberWhere("a number > 0 and ≤ 1e15", (x) => x > 0 && x <= 1e15);
export const RATE = numberWhere("a number ≥ 1e-30 and ≤ 1e30", (x) => x >= 1e-30 && x <= 1e30);

/** A value beyond ± this is that of a diverged run. */
export const MOST_VALUE = 1e100;
