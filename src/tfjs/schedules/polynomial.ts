import { check, checkShare, checkSteps, type Schedule } from "./schedule.ts";

/**
 * final + (1 − final)(1 − step / steps)^power, `final` from step `steps` on. As torch's
 * PolynomialLR with final 0; power 1 is the linear decay.
 *
 * @example
 * ```ts
 * import { polynomial } from "hpo/tfjs";
 *
 * const schedule = polynomial({ steps: 1000, power: 2 });
 * schedule(500); // 0.25
 * ```
 */
export function polynomial({ steps, power = 1, final = 0 }: PolynomialOptions): Schedule {
  checkSteps("steps", steps);
  check("power", power, "> 0", (x) => x > 0);
  checkShare("final", final);
  return (step) => final + (1 - final) * (1 - Math.min(step / steps, 1)) ** power;
}

export interface PolynomialOptions {
  readonly steps: number;
  readonly power?: number;
  readonly final?: number;
}
