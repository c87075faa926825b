import { join } from "node:path";
import { z } from "zod";
import { HpoError } from "../../src/errors/errors.ts";
import { float, searchSpace, type Params } from "../../src/space/index.ts";
import { dataPath, listData, once, parseLooseJson, readData, type DataSource } from "./data.ts";
import { pool, type PoolRow } from "./pool.ts";
import type { Suite } from "./problem.ts";

const source: DataSource = {
  suite: "taskset",
  path: "taskset",
  published: "github.com/releaunifreiburg/DyHPO, data/taskset",
};

/** Adam8p's ranges (Metz et al. 2020, Using a thousand optimization tasks, appendix); β as 1 − β. */
export const tasksetSpace = searchSpace({
  learning_rate: float(1e-8, 10, { log: true }),
  one_minus_beta1: float(1e-4, 1, { log: true }),
  one_minus_beta2: float(1e-6, 1, { log: true }),
  epsilon: float(1e-10, 1e3, { log: true }),
  l1: float(1e-8, 10, { log: true }),
  l2: float(1e-8, 10, { log: true }),
  linear_decay: float(1e-7, 1e-4, { log: true }),
  exponential_decay: float(1e-6, 1e-3, { log: true }),
});

/** The loss of guessing one of two classes. */
export const CHANCE = Math.LN2;

const fileSchema = z
  .array(
    z.object({
      hp: z.object({
        learning_rate: z.number(),
        beta1: z.number(),
        beta2: z.number(),
        epsilon: z.number(),
        l1: z.number(),
        l2: z.number(),
        linear_decay: z.number(),
        exponential_decay: z.number(),
      }),
      valid: z.object({ loss: z.array(z.number().nullable()).nonempty() }),
    }),
  )
  .nonempty();

const ENDING = /\.json(?:\.gz)?$/;

export const taskset: Suite = {
  name: "taskset",
  about:
    "pools of 1000 Adam runs of TaskSet; a suggestion is answered by the nearest unused run; " +
    "final validation loss; regret 0: the pool's best, 1: chance or worse",
  scale: "linear",
  async tasks(data) {
    const files = await listData(source, dataPath(source, data));
    const names = [
      ...new Set(files.filter((f) => ENDING.test(f)).map((f) => f.replace(ENDING, ""))),
    ];
    return { all: names, usual: names };
  },
  async open(task, seed, data) {
    const answer = pool(tasksetSpace, await tasksetRuns(task, data));
    return { suite: "taskset", task, seed, space: tasksetSpace, startRegret: 1, evaluate: answer };
  },
};

/** A run with its whole validation curve, 51 points of which the first is before any training. */
export interface TasksetRun extends PoolRow {
  readonly curve: readonly number[];
}

/** By the file's path without its ending. */
const rowsOf = once(async (stem: string): Promise<readonly TasksetRun[]> => {
  const files = await listData(source, join(stem, ".."));
  const name = files.find((file) => join(stem, "..", file).replace(ENDING, "") === stem);
  const path = name === undefined ? `${stem}.json.gz` : join(stem, "..", name);
  const parsed = fileSchema.safeParse(parseLooseJson(source, path, await readData(source, path)));
  if (!parsed.success) {
    throw new HpoError(
      `--data: ${path} is no TaskSet file of ${source.published}: ${z.prettifyError(parsed.error)}`,
    );
  }
  return toRows(path, parsed.data);
});

/** The runs of a task. @throws HpoError if its data is not there */
export const tasksetRuns = (
  task: string,
  data: string | undefined,
): Promise<readonly TasksetRun[]> => rowsOf(join(dataPath(source, data), task));

function toRows(path: string, runs: z.infer<typeof fileSchema>): readonly TasksetRun[] {
  const finals = runs.map(({ valid }) => valid.loss.at(-1) ?? NaN);
  const best = Math.min(...finals.filter((value) => !Number.isNaN(value)));
  if (!(best < CHANCE)) {
    throw new HpoError(
      `--data: no run in ${path} is better than chance (ln 2), so its regret is not defined. ` +
        "Leave it out with --tasks.",
    );
  }
  return runs.map(({ hp, valid }, i): TasksetRun => {
    const value = finals[i];
    const { beta1, beta2, ...rest } = hp;
    const params = clamped({ ...rest, one_minus_beta1: 1 - beta1, one_minus_beta2: 1 - beta2 });
    const share = (value - best) / (CHANCE - best);
    return {
      params,
      value,
      curve: valid.loss.map((loss) => loss ?? NaN),
      regret: Number.isNaN(value) ? Infinity : Math.min(1, Math.max(0, share)),
    };
  });
}

/** Published values may lie outside the ranges by a rounding error, which peers refuse. */
const clamped = (params: Readonly<Record<string, number>>): Params =>
  Object.fromEntries(
    tasksetSpace.parameters.map(({ name, distribution }) => {
      if (distribution.kind === "categorical") return [name, params[name]];
      return [name, Math.min(distribution.high, Math.max(distribution.low, params[name]))];
    }),
  );
