import { checkShare, checkSteps, halfCosine, line, type Schedule } from "./schedule.ts";
import { withWarmup } from "./warmup.ts";

/**
 * Warm-up, stable, decay (Hu et al. 2024, MiniCPM, section 4): up in a line over `warmup` steps, 1
 * for `stable` steps, then over `decay` steps down to `final`, and `final` from there on. `shape`
 * "sqrt" is 1 − √progress (Hägele et al. 2024).
 *
 * @example
 * ```ts
 * import { warmupStableDecay } from "hpo/tfjs";
 *
 * const schedule = warmupStableDecay({ warmup: 100, stable: 600, decay: 300 });
 * schedule(400); // 1
 * ```
 */
export function warmupStableDecay(options: WarmupStableDecayOptions): Schedule {
  const { warmup, stable, decay, final = 0, shape = "linear" } = options;
  checkSteps("stable", stable, 0);
  checkSteps("decay", decay);
  checkShare("final", final);
  const shapes = {
    linear: line,
    cosine: halfCosine,
    sqrt: (start: number, end: number, progress: number) => line(start, end, Math.sqrt(progress)),
  };
  const down = shapes[shape];
  const afterwards: Schedule = (step) =>
    down(1, final, Math.min(Math.max(step - stable, 0) / decay, 1));
  return withWarmup({ steps: warmup }, afterwards);
}

export interface WarmupStableDecayOptions {
  readonly warmup: number;
  readonly stable: number;
  readonly decay: number;
  readonly final?: number;
  readonly shape?: "linear" | "cosine" | "sqrt";
}
