import { defineStudy, float, int, searchSpace } from "hpo";
import type { LiveTrial, ParamsOf } from "hpo";
import { median } from "hpo/pruners";
import {
  adamw,
  cosine,
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

export interface Effort {
  /** Windows of 32 characters to learn from. */
  readonly windows: number;
  readonly validation: number;
  readonly epochs: number;
}

/** Nats per character of a small transformer on sentences that it has not seen. */
export const charTransformer =
  ({ windows, validation, epochs }: Effort) =>
  async (trial: LiveTrial<ParamsOf<typeof space>>): Promise<number> => {
    await selectBackend("wasm");
    const { lr, warmupShare, weightDecay, oneMinusBeta2, batchSize } = trial.params;
    const { seed } = trial;
    const data = grammarText({ length: 32, train: windows, validation });
    const vocabulary = data.alphabet.length;
    const model = transformer({ vocabulary, length: 32, width: 32, heads: 2, blocks: 2, seed });
    const optimizer = adamw({ learningRate: lr, beta2: 1 - oneMinusBeta2, weightDecay });
    const steps = epochs * Math.floor(windows / batchSize);
    const warmup = Math.round(warmupShare * steps);
    const schedule = withWarmup({ steps: warmup }, cosine({ steps: steps - warmup, final: 0.1 }));
    try {
      const run = { model, data, optimizer, schedule, batchSize, epochs, clipNorm: 1, seed, trial };
      const { final } = await train(run);
      trial.setUserAttr("accuracy", final.accuracy);
      return final.loss;
    } finally {
      model.dispose();
      optimizer.dispose();
    }
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
  objective: charTransformer({ windows: 600, validation: 200, epochs: 4 }),
});
