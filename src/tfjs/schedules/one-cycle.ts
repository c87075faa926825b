import { check, checkShare, checkSteps, halfCosine, line, type Schedule } from "./schedule.ts";

/**
 * One cycle (Smith and Topin 2019) as torch's OneCycleLR: from 1 / divisor up to 1 over `rise` of
 * the steps, then down to 1 / (divisor · finalDivisor) at the last step, steps − 1; that from there
 * on. The learning rate is the peak. The momentum is not cycled.
 *
 * @example
 * ```ts
 * import { oneCycle } from "hpo/tfjs";
 *
 * const schedule = oneCycle({ steps: 1000 });
 * schedule(0); // 0.04
 * ```
 */
export function oneCycle({
  steps,
  rise = 0.3,
  divisor = 25,
  finalDivisor = 1e4,
  shape = "cosine",
}: OneCycleOptions): Schedule {
  checkSteps("steps", steps, 2);
  checkShare("rise", rise);
  check("divisor", divisor, "> 0", (x) => x > 0);
  check("finalDivisor", finalDivisor, "> 0", (x) => x > 0);
  const between = shape === "cosine" ? halfCosine : line;
  const [start, end] = [1 / divisor, 1 / (divisor * finalDivisor)];
  const [peak, last] = [rise * steps - 1, steps - 1];
  return (step) =>
    step <= peak
      ? between(start, 1, step / peak)
      : between(1, end, Math.min((step - peak) / (last - peak), 1));
}

export interface OneCycleOptions {
  readonly steps: number;
  /** The share of the steps that climb. */
  readonly rise?: number;
  readonly divisor?: number;
  readonly finalDivisor?: number;
  readonly shape?: "cosine" | "linear";
}
