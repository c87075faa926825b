import { checkSteps, type Schedule } from "./schedule.ts";

/**
 * √(timescale / (step + timescale)): halved after 3 timescales (Vaswani et al. 2017, equation 3,
 * after its warm-up). With `withWarmup({ steps: timescale }, …)` it is the Transformer's schedule,
 * peak 1.
 *
 * @example
 * ```ts
 * import { inverseSquareRoot } from "hpo/tfjs";
 *
 * const schedule = inverseSquareRoot({ timescale: 100 });
 * schedule(300); // 0.5
 * ```
 */
export function inverseSquareRoot({ timescale }: { readonly timescale: number }): Schedule {
  checkSteps("timescale", timescale);
  return (step) => Math.sqrt(timescale / (step + timescale));
}
