import { check, checkSteps, type Schedule } from "./schedule.ts";

/**
 * gamma^⌊step / every⌋, as torch's StepLR.
 *
 * @example
 * ```ts
 * import { stepDecay } from "hpo/tfjs";
 *
 * const schedule = stepDecay({ every: 300, gamma: 0.1 });
 * schedule(299); // 1
 * schedule(300); // 0.1
 * ```
 */
export function stepDecay({ every, gamma = 0.1 }: StepDecayOptions): Schedule {
  checkSteps("every", every);
  check("gamma", gamma, "> 0", (x) => x > 0);
  return (step) => gamma ** Math.floor(step / every);
}

export interface StepDecayOptions {
  /** Steps between two drops. */
  readonly every: number;
  readonly gamma?: number;
}
