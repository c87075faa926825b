import { check, checkSteps, type Schedule } from "./schedule.ts";

/** gamma^⌊step / every⌋, as torch's StepLR. */
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
