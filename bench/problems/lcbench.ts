import { join } from "node:path";
import { z } from "zod";
import { HpoError } from "../../src/errors/errors.ts";
import { float, int, searchSpace, type Params } from "../../src/space/index.ts";
import { dataPath, once, parseLooseJson, readData, type DataSource } from "./data.ts";
import { openModel, type OnnxModel } from "./onnx.ts";
import type { Suite } from "./problem.ts";

const source: DataSource = {
  suite: "lcbench",
  path: "lcbench",
  published: "github.com/slds-lmu/yahpo_data, lcbench",
};

/** config_space.json's ranges. It also gives the list of tasks. */
const space = searchSpace({
  batch_size: int(16, 512, { log: true }),
  learning_rate: float(1e-4, 1e-1, { log: true }),
  momentum: float(0.1, 0.99),
  weight_decay: float(1e-5, 1e-1),
  num_layers: int(1, 5),
  max_units: int(64, 1024, { log: true }),
  max_dropout: float(0, 1),
});

const EPOCH = 52;
/** The model's own order; another one gives plausible nonsense. */
const CONTINUOUS = [
  "batch_size",
  "learning_rate",
  "momentum",
  "weight_decay",
  "num_layers",
  "max_units",
  "max_dropout",
];
const CROSS_ENTROPY = 2;
/** The others are left for those who want tasks that nothing was tuned on: pick them by --tasks. */
const USUAL_COUNT = 17;

const configSchema = z.object({
  hyperparameters: z.array(z.object({ name: z.string(), choices: z.array(z.string()).optional() })),
});
const encodingSchema = z.object({ OpenML_task_id: z.record(z.string(), z.number().int()) });
const referenceSchema = z.record(
  z.string(),
  z.object({ best_known_val_cross_entropy: z.number(), median_of_random: z.number() }),
);

export const lcbench: Suite = {
  name: "lcbench",
  about:
    "YAHPO's surrogate of LCBench, validation cross-entropy at epoch 52; regret 0: best known, " +
    "1: the median of random configurations",
  scale: "linear",
  async tasks(data) {
    const { names } = await folderOf(dataPath(source, data));
    return { all: names, usual: names.slice(0, USUAL_COUNT) };
  },
  async open(task, seed, data) {
    const { model, codes, references } = await folderOf(dataPath(source, data));
    const code = codes[task];
    const reference = references[task];
    if (code === undefined || reference === undefined) {
      throw new HpoError(
        `--tasks: the lcbench task ${task} has no entry in ` +
          `${code === undefined ? "encoding.json" : "reference.json"}. Leave it out.`,
      );
    }
    const { best_known_val_cross_entropy: best, median_of_random: median } = reference;
    return {
      suite: "lcbench",
      task,
      seed,
      space,
      startRegret: Infinity,
      async evaluate(params) {
        const value = (await model([code], inputsOf(params)))[CROSS_ENTROPY];
        return { value, regret: Math.max(0, (value - best) / (median - best)) };
      },
    };
  },
};

const inputsOf = (params: Params): number[] => [
  EPOCH,
  ...CONTINUOUS.map((name) => params[name] as number),
];

interface Folder {
  readonly names: readonly string[];
  readonly codes: Readonly<Record<string, number>>;
  readonly references: z.infer<typeof referenceSchema>;
  readonly model: OnnxModel;
}

const folderOf = once(async (folder: string): Promise<Folder> => {
  const config = await readJson(join(folder, "config_space.json"), configSchema);
  const names = config.hyperparameters.find(({ name }) => name === "OpenML_task_id")?.choices;
  if (names === undefined) {
    throw new HpoError(
      `--data: ${join(folder, "config_space.json")} lists no OpenML_task_id. ` +
        `Take the file from ${source.published}.`,
    );
  }
  const encoding = await readJson(join(folder, "encoding.json"), encodingSchema);
  const references = await readJson(join(folder, "reference.json"), referenceSchema);
  const model = await openModel(source, join(folder, "model.onnx"));
  return { names, codes: encoding.OpenML_task_id, references, model };
});

async function readJson<Value>(path: string, schema: z.ZodType<Value>): Promise<Value> {
  const parsed = schema.safeParse(parseLooseJson(source, path, await readData(source, path)));
  if (parsed.success) return parsed.data;
  throw new HpoError(
    `--data: ${path} is not as published in ${source.published}: ${z.prettifyError(parsed.error)}`,
  );
}
