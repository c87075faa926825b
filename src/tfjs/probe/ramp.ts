import type { LossRamp } from "../../theory/probe/problem.ts";
import { assignFlat, flatten } from "../second-order/index.ts";
import { build, type OptimizerConfig } from "./optimizer-config.ts";
import type { Subject } from "./spec.ts";
import { nextTurn, takeStep } from "./step.ts";

/** Trains with these learning rates, one update each, until the loss is not finite; goes back. */
export async function ramp(
  config: OptimizerConfig,
  subject: Subject,
  learningRates: readonly number[],
): Promise<LossRamp> {
  const home = flatten(subject.variables);
  const optimizer = build(config);
  const losses: number[] = [];
  let spent = 0;
  try {
    for (const [index, learningRate] of learningRates.entries()) {
      await nextTurn();
      optimizer.learningRate = learningRate;
      const { loss, gradients } = takeStep(optimizer, subject, index);
      losses.push(loss);
      spent += gradients;
      if (!Number.isFinite(loss)) break;
    }
    return { losses, gradients: spent };
  } finally {
    assignFlat(subject.variables, home);
    optimizer.dispose();
  }
}
