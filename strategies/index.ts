import type { Strategy } from "../src/strategy.ts";
import { grid } from "./grid.ts";
import { random } from "./random.ts";

export { grid, gridPoints, type GridOptions } from "./grid.ts";
export { random } from "./random.ts";

/** Strategies by the names that the command line and study files know; each with its defaults. */
export const strategies = {
  random,
  grid,
} as const satisfies Readonly<Record<string, () => Strategy>>;

export type StrategyName = keyof typeof strategies;
