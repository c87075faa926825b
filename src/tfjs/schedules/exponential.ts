import { check, type Schedule } from "./schedule.ts";

/** gamma^step, as torch's ExponentialLR. */
export function exponential({ gamma }: { readonly gamma: number }): Schedule {
  check("gamma", gamma, "> 0", (x) => x > 0);
  return (step) => gamma ** step;
}
