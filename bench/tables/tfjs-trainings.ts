import { createRng, type Rng } from "../../src/numerics/rng.ts";
import type { Params } from "../../src/space/index.ts";
import {
  batchesOf,
  createOptimizer,
  mlp,
  train,
  type Dataset,
  type Model,
  type ModelProbeSpec,
  type Optimizer,
  type SplitDataset,
} from "../../src/tfjs/index.ts";
import { TrialDiverged } from "../../src/errors/errors.ts";
import type { TableSpec } from "./table-spec.ts";

/** A regression: x uniform in the unit cube, a target that is then scaled to about one. */
interface Regression {
  readonly inputs: number;
  readonly target: (x: Float64Array, rng: Rng) => number;
  readonly model: (seed: number) => Model;
}

const { PI, sin } = Math;

const regressions: Readonly<Record<string, Regression>> = {
  // Friedman 1991, "Multivariate adaptive regression splines", section 4.3: five inputs of ten matter.
  "regression-sgd": {
    inputs: 10,
    target: (x, rng) =>
      (10 * sin(PI * x[0] * x[1]) +
        20 * (x[2] - 0.5) * (x[2] - 0.5) +
        10 * x[3] +
        5 * x[4] +
        rng.normal() -
        14.4) /
      5,
    model: (seed) => mlp({ inputs: 10, hidden: [24], outputs: 1, activation: "tanh", seed }),
  },
  "regression-rmsprop": {
    inputs: 6,
    target: (x, rng) => {
      let sum = 0;
      for (let i = 0; i < 6; i++) sum += sin(PI * (i + 1) * 0.5 * x[i]);
      return sum + 0.3 * rng.normal() - 1.5;
    },
    model: (seed) => mlp({ inputs: 6, hidden: [32, 16], outputs: 1, activation: "relu", seed }),
  },
};

/** Those of tables.json that TensorFlow.js trains. */
export interface TfjsTraining {
  readonly data: SplitDataset;
  /** Of 40 batches at the weights of seed 0. */
  probe(params: Params): ModelProbeSpec;
  /** The validation loss after the budget; null if it diverged. */
  run(params: Params, seed: number): Promise<number | null>;
}

export function tfjsTraining({ name, optimizer, budget }: TableSpec): TfjsTraining {
  const { inputs, target, model } = regressions[name];
  const rng = createRng(0, "tables", name);
  const data = {
    train: examples(1000, inputs, target, rng),
    validation: examples(500, inputs, target, rng),
  };
  const create = ({ lr, batchSize: _, ...rest }: Params): Optimizer =>
    createOptimizer(optimizer, { learningRate: lr, ...rest });
  return {
    data,
    probe(params) {
      const batches = batchesOf(data.train, { batchSize: Number(params.batchSize), seed: 0 });
      return { model: model(0), batches, optimizer: create(params) };
    },
    async run(params, seed) {
      const batchSize = Number(params.batchSize);
      const steps = "steps" in budget ? budget.steps : Math.floor(budget.samples / batchSize);
      const net = model(seed);
      const own = create(params);
      try {
        const options = { model: net, data, optimizer: own, batchSize, seed };
        // One look at the validation data, at the end.
        const { final } = await train({ ...options, steps, reportEvery: 1e9, curves: [] });
        return Number.isFinite(final.loss) ? final.loss : null;
      } catch (error) {
        if (error instanceof TrialDiverged) return null;
        throw error;
      } finally {
        net.dispose();
        own.dispose();
      }
    },
  };
}

function examples(count: number, inputs: number, target: Regression["target"], rng: Rng): Dataset {
  const x = new Float32Array(count * inputs);
  const y = new Float32Array(count);
  const point = new Float64Array(inputs);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < inputs; i++) point[i] = rng.uniform();
    x.set(
      point.map((value) => 2 * value - 1),
      row * inputs,
    );
    y[row] = target(point, rng);
  }
  const shapes = { inputShape: [inputs], targetShape: [1] };
  return { name: "regression", count, ...shapes, inputs: x, targets: y };
}
