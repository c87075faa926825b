import { defineStudy, float, int, searchSpace, type LiveTrial, type ParamsOf } from "hpo";
import { median } from "hpo/pruners";
import {
  adamw,
  batchesOf,
  cosine,
  crossEntropy,
  grammarText,
  selectBackend,
  train,
  transformer,
  withWarmup,
} from "hpo/tfjs";

const space = searchSpace({
  lr: float(1e-4, 1e-1, { log: true }),
  warmupShare: float(0, 0.5),
  weightDecay: float(1e-4, 1, { log: true }),
  oneMinusBeta2: float(1e-3, 0.2, { log: true }),
  batchSize: int(8, 32, { log: true }),
});

export interface TransformerEffort {
  /** Windows of 32 characters to learn from. */
  readonly windows: number;
  readonly validation: number;
  readonly epochs: number;
}

type Params = ParamsOf<typeof space>;

const network = (vocabulary: number, seed: number) =>
  transformer({ vocabulary, length: 32, width: 32, heads: 2, blocks: 2, seed });
const optimizerOf = ({ lr, oneMinusBeta2, weightDecay }: Params) =>
  adamw({ learningRate: lr, beta2: 1 - oneMinusBeta2, weightDecay });

/** A small transformer on sentences: what is judged, what is measured. */
export const charTransformer = ({ windows, validation, epochs }: TransformerEffort) => {
  const readText = async () => {
    await selectBackend("wasm");
    return grammarText({ length: 32, train: windows, validation });
  };
  return {
    probe: async (params: Params) => {
      const data = await readText();
      return {
        model: network(data.alphabet.length, 0),
        loss: crossEntropy,
        batches: batchesOf(data.train, params),
        optimizer: optimizerOf(params),
      };
    },
    /** Nats per character of sentences that it has not seen. */
    objective: async (trial: LiveTrial<Params>): Promise<number> => {
      const { params, seed } = trial;
      const { batchSize } = params;
      const data = await readText();
      const model = network(data.alphabet.length, seed);
      const optimizer = optimizerOf(params);
      const steps = epochs * Math.floor(windows / batchSize);
      const warmup = Math.round(params.warmupShare * steps);
      const schedule = withWarmup({ steps: warmup }, cosine({ steps: steps - warmup, final: 0.1 }));
      try {
        const common = { model, data, optimizer, batchSize, epochs, seed, trial };
        const { final } = await train({ ...common, schedule, clipNorm: 1 });
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
 * A character-level transformer (embeddings, causal attention, layer norms, GELU) learns the spelling
 * and the grammar of made-up English by AdamW with warm-up and a cosine. Each trial sees the same
 * text as often, so batch size trades steps against noise. Needs nothing installed.
 */
export default defineStudy({
  name: "char-transformer",
  url: import.meta.url,
  direction: "minimize",
  trials: 15,
  workers: 2,
  seed: 0,
  space,
  pruner: median(),
  ...charTransformer({ windows: 600, validation: 200, epochs: 4 }),
});
