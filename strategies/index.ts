/**
 * The strategies, each a factory, and what finds them by their names.
 *
 * @module hpo/strategies
 */
import { byName } from "../src/contracts/registry.ts";
import type { Strategy } from "../src/contracts/strategy.ts";
import * as all from "./all.ts";
import { partialFixedOf } from "./partial-fixed.ts";

export * from "./all.ts";
export { chooseStrategy } from "./auto.ts";
export { encodeInside } from "./common/inside.ts";
export { withoutRepeats } from "./common/without-repeats.ts";
export { gridPoints } from "./grid.ts";
export { partialFixed } from "./partial-fixed.ts";
export { drawUnit } from "./random.ts";

/**
 * Strategies by the names that the command line and study files know; each with its defaults.
 *
 * @example
 * ```ts
 * import { strategies } from "hpo/strategies";
 *
 * Object.keys(strategies).includes("cma-es"); // true
 * strategies["cma-es"]().name; // cma-es
 * ```
 */
export const strategies = byName(all) satisfies Readonly<Record<string, () => Strategy>>;

/** The names of the strategies, as the command line and study files know them. */
export type StrategyName = keyof typeof strategies;

/**
 * What makes the strategy of a name from its options, those that have no defaults included;
 * undefined for a name that is not known.
 *
 * @example
 * ```ts
 * import { strategyMaker } from "hpo/strategies";
 *
 * strategyMaker("tpe")?.({}).name; // tpe
 * strategyMaker("no-such"); // undefined
 * ```
 */
export function strategyMaker(name: string): ((options?: unknown) => Strategy) | undefined {
  const makers = { ...strategies, "partial-fixed": partialFixedOf };
  // A factory checks what it is given.
  return Object.hasOwn(makers, name)
    ? (makers[name as keyof typeof makers] as (options?: unknown) => Strategy)
    : undefined;
}
