import * as tf from "@tensorflow/tfjs-core";
import { createRng, TrialDiverged } from "hpo";
import type { Params } from "hpo";
import { createOptimizer, meanSquaredError, mlp, optimizerParams, teacher } from "hpo/tfjs";
import type { Model, OptimizerName } from "hpo/tfjs";

/** The loss to reach: about a seventieth of that of predicting zero. */
export const TARGET = 0.01;
/** Below this share of the first loss, the saddle is left. */
const ESCAPED = 0.8;
/** A spike is a rise to so many times the lowest loss so far. */
const SPIKE = 2;
/** Above so many times the first loss, a run has diverged. */
const LOST = 100;

/** One optimizer from one start; counts are gradient evaluations, NaN for never. */
export interface Race {
  /** The loss at each step, with the evaluations done by then. */
  readonly curve: readonly { readonly evaluations: number; readonly loss: number }[];
  readonly toTarget: number;
  readonly toEscape: number;
  readonly spikes: number;
  readonly diverged: boolean;
}

/**
 * 64 examples of a random tanh network, to be learned by another with two hidden layers whose first
 * weights are small: it starts beside the saddle at 0, where all layers' gradients vanish.
 */
function makeProblem(seed: number): { model: Model; loss: () => tf.Scalar; dispose: () => void } {
  const { train } = teacher({ inputs: 6, hidden: 6, noise: 0, train: 64, validation: 1 });
  const inputs = tf.tensor(train.inputs, [train.count, 6]);
  const targets = tf.tensor(train.targets, [train.count, 1]);
  const model = mlp({ inputs: 6, hidden: [10, 10], outputs: 1, activation: "tanh", seed });
  for (const variable of model.variables) tf.tidy(() => variable.assign(tf.mul(variable, 0.15)));
  const still = { training: false, rng: createRng(seed) };
  return {
    model,
    loss: () => meanSquaredError(model.apply(inputs, still), targets),
    dispose() {
      model.dispose();
      tf.dispose([inputs, targets]);
    },
  };
}

function spikesOf(losses: readonly number[]): number {
  let lowest = Infinity;
  let isHigh = false;
  let spikes = 0;
  for (const loss of losses) {
    lowest = Math.min(lowest, loss);
    const wasHigh = isHigh;
    isHigh = loss > SPIKE * lowest;
    if (isHigh && !wasHigh) spikes++;
  }
  return spikes;
}

/**
 * Runs until so many gradients are spent, past the target too. Optimizers that evaluate the loss
 * several times a step (SAM, L-BFGS) pay for each.
 */
export function race(name: OptimizerName, params: Params, seed: number, budget: number): Race {
  const { model, loss, dispose } = makeProblem(seed);
  const optimizer = createOptimizer(name, optimizerParams(name, params));
  const curve: { evaluations: number; loss: number }[] = [];
  let evaluations = 0;
  const counted = (): tf.Scalar => {
    evaluations++;
    return loss();
  };
  const isLost = (value: number) => !(value <= LOST * curve[0].loss);
  try {
    while (evaluations < budget) {
      const first = evaluations + 1;
      const before = optimizer.minimize(counted, true, [...model.variables]) as tf.Scalar;
      curve.push({ evaluations: first, loss: before.dataSync()[0] });
      before.dispose();
      if (isLost(curve[curve.length - 1].loss)) break;
    }
  } finally {
    optimizer.dispose();
    dispose();
  }
  const firstBelow = (level: number): number =>
    curve.find((point) => point.loss <= level)?.evaluations ?? NaN;
  return {
    curve,
    toTarget: firstBelow(TARGET),
    toEscape: firstBelow(ESCAPED * curve[0].loss),
    spikes: spikesOf(curve.map((point) => point.loss)),
    diverged: isLost(curve[curve.length - 1].loss),
  };
}

/**
 * What tuning minimises: the evaluations to the target; for those that miss it, more than any that
 * reach it, by how far they were.
 * @throws TrialDiverged if the run did
 */
export function scoreOf({ curve, toTarget, diverged }: Race, budget: number): number {
  if (diverged) {
    throw new TrialDiverged("The loss left all bounds.", { cause: "explosion" });
  }
  if (!Number.isNaN(toTarget)) return toTarget;
  const lowest = Math.min(...curve.map(({ loss }) => loss));
  return budget * (1 + lowest / curve[0].loss);
}
