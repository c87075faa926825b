import { HpoError } from "../../errors/errors.ts";
import { addScaledInto, dot, norm } from "../../numerics/vectors.ts";
import type { GradientBudget } from "./gradient-budget.ts";

/** As many batches as a second moment needs (Adam's P is |g| after one). */
const BATCHES = 32;
/** Groups of batches whose means are kept, for what takes more than norms. */
const GROUPS = 4;
/** Batches whose gradients are kept, for the optimizers' updates. */
const KEPT = 4;

/** What one pass over mini-batches at frozen weights told. All vectors are [d]. */
export interface GradientStatistics {
  /** Batches seen. */
  readonly count: number;
  /** Mean loss. */
  readonly loss: number;
  /** ḡ over all batches. */
  readonly mean: Float64Array;
  /** ν, mean of squares per weight. */
  readonly secondMoment: Float64Array;
  /** ‖g_j‖² of each batch. */
  readonly squaredNorms: readonly number[];
  /** The first batches' gradients. */
  readonly first: readonly Float64Array[];
  /** Of the batches without an example in common alone: means over groups of equal size. */
  readonly groups: readonly GradientGroup[];
  /** Batches in each group. */
  readonly groupSize: number;
}

export interface GradientGroup {
  readonly mean: Float64Array;
  /** Mean of ‖g_j‖² over its batches. */
  readonly squaredNorm: number;
}

/**
 * Gradients of up to 32 batches; `observe` sees each of them.
 * @throws HpoError where the loss or its gradient is not finite, or is 0
 */
export async function gradientStatistics(
  budget: GradientBudget,
  observe: (gradient: Float64Array) => Promise<void>,
): Promise<GradientStatistics> {
  const { size, batches: distinct } = budget.problem;
  const count = distinct === 1 ? 1 : BATCHES;
  const groupCount = Math.min(GROUPS, distinct);
  const groupSize = distinct === 1 ? 1 : Math.floor(Math.min(BATCHES, distinct) / groupCount);
  const mean = new Float64Array(size);
  const secondMoment = new Float64Array(size);
  const squaredNorms: number[] = [];
  const first: Float64Array[] = [];
  const groups = Array.from({ length: groupCount }, () => ({
    mean: new Float64Array(size),
    squaredNorm: 0,
  }));
  let loss = 0;
  budget.begin("gradients");
  for (let j = 0; j < count; j++) {
    const step = await budget.gradient(j);
    const { gradient } = step;
    checkFinite(j, step.loss, gradient);
    loss += step.loss / count;
    addScaledInto(mean, 1 / count, gradient);
    for (let i = 0; i < size; i++) secondMoment[i] += (gradient[i] * gradient[i]) / count;
    squaredNorms.push(dot(gradient, gradient));
    if (j < KEPT) first.push(gradient);
    const group = groups.at(Math.floor(j / groupSize));
    if (group && j < groupCount * groupSize) {
      addScaledInto(group.mean, 1 / groupSize, gradient);
      group.squaredNorm += squaredNorms[j] / groupSize;
    }
    await observe(gradient);
  }
  if (norm(mean) === 0) {
    throw new HpoError(
      "The gradient is 0: the loss does not depend on these weights here. Probe at weights that " +
        "training moves, and check that the loss uses the model.",
    );
  }
  return { count, loss, mean, secondMoment, squaredNorms, first, groups, groupSize };
}

function checkFinite(batch: number, loss: number, gradient: Float64Array): void {
  const bad = gradient.findIndex((value) => !Number.isFinite(value));
  if (Number.isFinite(loss) && bad < 0) return;
  throw new HpoError(
    `On batch ${batch} the loss is ${loss}` +
      (bad < 0 ? "" : ` and its gradient's entry ${bad} is ${gradient[bad]}`) +
      ". Probe at weights where both are finite; scale the inputs if they never are.",
  );
}
