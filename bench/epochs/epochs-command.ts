import { writeFile } from "node:fs/promises";
import { HpoError } from "../../src/errors/errors.ts";
import { globMatcher, parseCount, parseNames, parseSeeds } from "../compare/options.ts";
import { startProgress } from "../compare/progress.ts";
import { driveTraining } from "./drive-training.ts";
import { epochsTables, type EpochsResult } from "./epochs-tables.ts";
import { OPTUNA_TUNERS, optunaGroup } from "./optuna-tuners.ts";
import { lateBloom } from "./late-bloom.ts";
import { tasksetEpochs } from "./taskset-epochs.ts";
import type { TrainingProblem, TrainingSuite } from "./training-problem.ts";
import { tunerNamed } from "./tuners.ts";

/** One line each. */
export const TRAINING_SUITES: readonly TrainingSuite[] = [tasksetEpochs, lateBloom];

/** The flags of `epochs` as they were given. */
export interface EpochsFlags {
  readonly suites?: string;
  readonly tuners: string;
  readonly peers: string;
  readonly trainings: string;
  readonly seeds: string;
  readonly workers: string;
  readonly tasks?: string;
  readonly data?: string;
  readonly json?: string;
  readonly freshPeers?: boolean;
}

/** @throws HpoError naming the flag that is wrong */
export async function epochsCommand(flags: EpochsFlags): Promise<void> {
  const known = TRAINING_SUITES.map(({ name }) => name);
  const names = parseNames("--suites", flags.suites ?? known[0], known);
  const suites = TRAINING_SUITES.filter(({ name }) => names.includes(name));
  const tuners = flags.tuners
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "none")
    .map(tunerNamed);
  const peers = parseNames("--peers", flags.peers, OPTUNA_TUNERS);
  const trainings = parseCount("--trainings", flags.trainings);
  const workers = parseCount("--workers", flags.workers);
  const seeds = parseSeeds(flags.seeds);
  const plans = await plansOf(suites, seeds, flags);
  const progress = startProgress(plans.length * (tuners.length + peers.length));
  const budget = { trainings, workers };
  const optuna = optunaGroup(budget, flags.freshPeers === true);
  const results: EpochsResult[] = [];
  try {
    for (const { suite, task, seed, open } of plans) {
      const add = (tuner: string, run: Omit<EpochsResult, "suite" | "task" | "seed" | "tuner">) => {
        results.push({ suite: suite.name, task, seed, tuner, ...run });
        progress.step(`${suite.name} ${task} seed ${seed}: ${tuner}`);
      };
      for (const tuner of tuners) {
        add(tuner.name, await driveTraining(tuner, await open(), budget));
      }
      for (const peer of peers) add(peer, await optuna.run(peer, open));
    }
    progress.end();
    for (const suite of suites) {
      process.stdout.write(`${epochsTables(suite, results, budget)}\n`);
    }
    if (flags.json !== undefined) await writeFile(flags.json, JSON.stringify(results));
  } finally {
    progress.end();
    optuna.close();
  }
}

interface TrainingPlan {
  readonly suite: TrainingSuite;
  readonly task: string;
  readonly seed: number;
  readonly open: () => Promise<TrainingProblem>;
}

async function plansOf(
  suites: readonly TrainingSuite[],
  seeds: readonly number[],
  { data, tasks: patterns }: EpochsFlags,
): Promise<readonly TrainingPlan[]> {
  const plans: TrainingPlan[] = [];
  for (const suite of suites) {
    const { all, usual } = await suite.tasks(data);
    const tasks = patterns === undefined ? usual : all.filter(globMatcher(patterns));
    for (const task of tasks) {
      for (const seed of seeds) {
        plans.push({ suite, task, seed, open: () => suite.open(task, seed, data) });
      }
    }
  }
  if (plans.length > 0) return plans;
  throw new HpoError(
    patterns === undefined
      ? `--data ${data}: no tasks are there. bench/README.md says what belongs into it.`
      : `--tasks ${patterns} picks nothing.`,
  );
}
