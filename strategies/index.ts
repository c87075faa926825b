import type { Strategy } from "../src/contracts/strategy.ts";
import { annealing } from "./annealing.ts";
import { asha } from "./asha.ts";
import { auto } from "./auto.ts";
import { bayesian } from "./bayesian.ts";
import { cmaEs } from "./cma-es.ts";
import { genetic } from "./genetic.ts";
import { grid } from "./grid.ts";
import { nsga2 } from "./nsga2.ts";
import { partialFixedOf } from "./partial-fixed.ts";
import { quasiRandom } from "./quasi-random.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

export { annealing, type AnnealingOptions } from "./annealing.ts";
export { asha, type AshaOptions } from "./asha.ts";
export { auto, chooseStrategy, type AutoOptions } from "./auto.ts";
export { bayesian, type BayesianOptions } from "./bayesian.ts";
export { cmaEs, type CmaEsOptions } from "./cma-es.ts";
export { genetic, type GeneticOptions } from "./genetic.ts";
export { grid, gridPoints, type GridOptions } from "./grid.ts";
export { nsga2, type Nsga2Options } from "./nsga2.ts";
export { partialFixed } from "./partial-fixed.ts";
export { quasiRandom } from "./quasi-random.ts";
export { random } from "./random.ts";
export { tpe, type TpeOptions } from "./tpe.ts";

/** Strategies by the names that the command line and study files know; each with its defaults. */
export const strategies = {
  auto,
  random,
  grid,
  "quasi-random": quasiRandom,
  bayesian,
  tpe,
  annealing,
  genetic,
  "cma-es": cmaEs,
  nsga2,
  asha,
} as const satisfies Readonly<Record<string, () => Strategy>>;

export type StrategyName = keyof typeof strategies;

/**
 * What makes the strategy of a name from its options, those that have no defaults included;
 * undefined for a name that is not known.
 */
export function strategyMaker(name: string): ((options?: unknown) => Strategy) | undefined {
  const makers = { ...strategies, "partial-fixed": partialFixedOf };
  // A factory checks what it is given.
  return Object.hasOwn(makers, name)
    ? (makers[name as keyof typeof makers] as (options?: unknown) => Strategy)
    : undefined;
}
