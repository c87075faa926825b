import type { Strategy } from "../src/strategy.ts";
import { annealing } from "./annealing.ts";
import { genetic } from "./genetic.ts";
import { grid } from "./grid.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

export { annealing, type AnnealingOptions } from "./annealing.ts";
export { genetic, type GeneticOptions } from "./genetic.ts";
export { grid, gridPoints, type GridOptions } from "./grid.ts";
export { random } from "./random.ts";
export { tpe, type TpeOptions } from "./tpe.ts";

/** Strategies by the names that the command line and study files know; each with its defaults. */
export const strategies = {
  random,
  grid,
  annealing,
  genetic,
  tpe,
} as const satisfies Readonly<Record<string, () => Strategy>>;

export type StrategyName = keyof typeof strategies;
