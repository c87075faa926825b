import { z } from "zod";
import { median } from "simple-statistics";
import { HpoError } from "../../src/errors/errors.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { categorical, float, searchSpace } from "../../src/space/index.ts";
import { dataPath, once, parseLooseJson, readData, type DataSource } from "./data.ts";
import type { TrialAnswer, Problem, Suite } from "./problem.ts";

const source: DataSource = {
  suite: "deepobs",
  path: "deepobs.json.gz",
  published: "github.com/fsschneider/DeepOBS_Baselines",
};

const runSchema = z.object({
  problem: z.string(),
  optimizer: z.string(),
  lr: z.number().positive(),
  seed: z.number(),
  test_loss: z.array(z.number().nullable()).nonempty(),
});
type TrainingRun = z.infer<typeof runSchema>;

export const deepobs: Suite = {
  name: "deepobs",
  about:
    "DeepOBS training runs: an optimizer and its learning rate, answered by the nearest one that " +
    "was run; final test loss, noisy where several seeds were run; regret 0: the best, " +
    "1: untrained or worse",
  scale: "linear",
  async tasks(data) {
    const runs = await runsOf(dataPath(source, data));
    const names = [...new Set(runs.map(({ problem }) => problem))].sort();
    return { all: names, usual: names };
  },
  async open(task, seed, data) {
    const runs = await runsOf(dataPath(source, data));
    return openTable(
      task,
      seed,
      runs.filter(({ problem }) => problem === task),
    );
  },
};

const runsOf = once(async (path: string): Promise<readonly TrainingRun[]> => {
  const json = parseLooseJson(source, path, await readData(source, path));
  const parsed = z.array(runSchema).nonempty().safeParse(json);
  if (parsed.success) return parsed.data;
  throw new HpoError(
    `--data: ${path} is not the table of ${source.published}: ${z.prettifyError(parsed.error)}`,
  );
});

/** All runs of one optimizer at one learning rate; they differ in their seed. */
interface Setting {
  readonly optimizer: string;
  readonly lr: number;
  /** Final test losses; NaN: diverged. */
  readonly losses: readonly number[];
  readonly regret: number;
}

function openTable(task: string, seed: number, runs: readonly TrainingRun[]): Problem {
  const settings = settingsOf(runs);
  const optimizers = [...new Set(settings.map(({ optimizer }) => optimizer))].sort();
  const rates = settings.map(({ lr }) => lr);
  const space = searchSpace({
    optimizer: categorical(optimizers),
    lr: float(Math.min(...rates), Math.max(...rates), { log: true }),
  });
  return {
    suite: "deepobs",
    task,
    seed,
    space,
    startRegret: 1,
    evaluate(params, number): TrialAnswer {
      const away = ({ lr }: Setting): number => Math.abs(Math.log(lr / (params.lr as number)));
      const { lr, losses, regret } = settings
        .filter(({ optimizer }) => optimizer === params.optimizer)
        .reduce((nearest, setting) => (away(setting) < away(nearest) ? setting : nearest));
      const draw = createRng(seed, "deepobs", task, number).integer(0, losses.length - 1);
      const value = losses[draw];
      const row = { ...params, lr };
      return { value, regret: Number.isNaN(value) ? Infinity : regret, row };
    },
  };
}

function settingsOf(runs: readonly TrainingRun[]): readonly Setting[] {
  const groups = new Map<string, TrainingRun[]>();
  for (const run of runs) {
    const key = `${run.optimizer} ${run.lr}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const untrained = median(runs.flatMap(({ test_loss: [first] }) => first ?? []));
  const described = [...groups.values()].map((group) => {
    const losses = group.map(({ test_loss: loss }) => loss.at(-1) ?? NaN);
    const finite = losses.filter((loss) => !Number.isNaN(loss));
    const mean = finite.reduce((sum, loss) => sum + loss, 0) / finite.length;
    return { optimizer: group[0].optimizer, lr: group[0].lr, losses, mean };
  });
  const best = Math.min(...described.map(({ mean }) => mean).filter((mean) => !Number.isNaN(mean)));
  return described.map(({ mean, ...setting }) => ({
    ...setting,
    regret: Math.min(1, Math.max(0, (mean - best) / (untrained - best))),
  }));
}
