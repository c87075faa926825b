import { check, type Schedule } from "./schedule.ts";

/**
 * gamma^step, as torch's ExponentialLR.
 *
 * @example
 * ```ts
 * import { exponential } from "hpo/tfjs";
 *
 * const schedule = exponential({ gamma: 0.5 });
 * schedule(2); // 0.25
 * ```
 */
export function exponential({ gamma }: { readonly gamma: number }): Schedule {
  check("gamma", gamma, "> 0", (x) => x > 0);
  return (step) => gamma ** step;
}
