import { checkShare, checkSteps, halfCosine, type Schedule } from "./schedule.ts";

/**
 * From 1 down half a cosine to `final` at step `steps`, and `final` from there on (Loshchilov and
 * Hutter 2017, equation 5). torch's CosineAnnealingLR gives the same values up to `steps`, but
 * rises again beyond.
 *
 * @example
 * ```ts
 * import { cosine } from "hpo/tfjs";
 *
 * const schedule = cosine({ steps: 1000, final: 0.1 });
 * schedule(0); // 1
 * schedule(1000); // 0.1
 * ```
 */
export function cosine({ steps, final = 0 }: CosineOptions): Schedule {
  checkSteps("steps", steps);
  checkShare("final", final);
  return (step) => halfCosine(1, final, Math.min(step / steps, 1));
}

export interface CosineOptions {
  readonly steps: number;
  /** The multiplier at the end. */
  readonly final?: number;
}
