import { checkShare, checkSteps, halfCosine, type Schedule } from "./schedule.ts";

/**
 * SGDR (Loshchilov and Hutter 2017): half cosines from 1 towards `final`, the first over `period`
 * steps, each next one `growth` times as long. As torch's CosineAnnealingWarmRestarts.
 *
 * @example
 * ```ts
 * import { warmRestarts } from "hpo/tfjs";
 *
 * const schedule = warmRestarts({ period: 100, growth: 2 });
 * schedule(100); // 1
 * ```
 */
export function warmRestarts({ period, growth = 1, final = 0 }: WarmRestartsOptions): Schedule {
  checkSteps("period", period);
  checkSteps("growth", growth);
  checkShare("final", final);
  return (step) => {
    let start = 0;
    let length = period;
    if (growth === 1) start = Math.floor(step / period) * period;
    else for (; start + length <= step; length *= growth) start += length;
    return halfCosine(1, final, (step - start) / length);
  };
}

export interface WarmRestartsOptions {
  /** Steps of the first period. */
  readonly period: number;
  /** How many times longer each period is than the one before. */
  readonly growth?: number;
  readonly final?: number;
}
