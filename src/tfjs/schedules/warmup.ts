import { checkShare, checkSteps, line, type Schedule } from "./schedule.ts";

/**
 * A linear warm-up before any schedule: from `start` at step 0 up to the schedule's first value at
 * step `steps`, where the schedule begins with its step 0. As torch's
 * SequentialLR([LinearLR(start), schedule], milestones=[steps]). With no `start`, step 0 has
 * 1 / steps of the first value, so that no step is lost.
 */
export function withWarmup({ steps, start }: WarmupOptions, schedule: Schedule): Schedule {
  checkSteps("steps", steps, 0);
  const from = start ?? 1 / Math.max(steps, 1);
  checkShare("start", from);
  return (step) =>
    step < steps ? line(from, 1, step / steps) * schedule(0) : schedule(step - steps);
}

export interface WarmupOptions {
  readonly steps: number;
  /** The share of the schedule's first value at step 0. */
  readonly start?: number;
}
