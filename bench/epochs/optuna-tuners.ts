import { createHash } from "node:crypto";
import { HpoError } from "../../src/errors/errors.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { decode, spaceToJson } from "../../src/space/index.ts";
import { OPTUNA_VERSION } from "../peers/peer-group.ts";
import { startOptunaProcess } from "../peers/optuna-process.ts";
import { openTraces, type TraceKey, type Traces } from "../peers/traces.ts";
import { runSeed } from "../compare/run-seed.ts";
import { driveTraining, type TrainingBudget } from "./drive-training.ts";
import { optunaTuner } from "./optuna-tuner.ts";
import type { TrainingProblem } from "./training-problem.ts";

export const OPTUNA_TUNERS = ["tpe", "random"].flatMap((sampler) =>
  ["none", "median", "halving", "hyperband"].map((pruner) => `optuna:${sampler}+${pruner}`),
);

/** The curves that a table needs of a run. */
export interface RegretCurves {
  readonly trained: readonly number[];
  readonly checkpoint: readonly number[];
}

export interface OptunaGroup {
  run(name: string, open: () => Promise<TrainingProblem>): Promise<RegretCurves>;
  close(): void;
}

/** Kept curves first; Python is started when one is missing. */
export function optunaGroup(
  budget: TrainingBudget,
  fresh: boolean,
  traces: Traces = openTraces(),
): OptunaGroup {
  let live: ReturnType<typeof startOptunaProcess> | undefined;
  return {
    async run(name, open) {
      const [sampler, pruner] = name.replace("optuna:", "").split("+");
      const problem = await open();
      const keys = await keysOf(await open(), `${sampler}+${pruner}`, budget.workers);
      const length = budget.trainings * problem.epochs;
      const trained = fresh ? undefined : await traces.read(keys.trained, length);
      const checkpoint = fresh ? undefined : await traces.read(keys.checkpoint, length);
      if (trained && checkpoint) {
        return { trained: trained.regret, checkpoint: checkpoint.regret };
      }
      live ??= startOptunaProcess();
      const { child, versions } = await live;
      if (versions.optuna !== OPTUNA_VERSION) {
        throw new HpoError(
          `--peers: kept curves are of Optuna ${OPTUNA_VERSION}, but Optuna ${versions.optuna} is ` +
            "installed. Install the other version.",
        );
      }
      const run = await driveTraining(optunaTuner(child, sampler, pruner), problem, budget);
      for (const rule of ["trained", "checkpoint"] as const) {
        const { suite, task, seed } = keys[rule];
        const failed = { failed: run.diverged.length, failedTrials: run.diverged };
        const result = { suite, task, seed, strategy: name, suggestMs: [], ...failed };
        await traces.write(keys[rule], { ...result, regret: run[rule] });
      }
      return run;
    },
    close: () => void live?.then(({ child }) => child.close()),
  };
}

async function keysOf(
  problem: TrainingProblem,
  sampler: string,
  workers: number,
): Promise<Record<keyof RegretCurves, TraceKey>> {
  const { suite, task, seed } = problem;
  const problemHash = await trainingHash(problem);
  const trained = { sampler, suite, task, seed, workers, problemHash };
  const peer = `optuna-${OPTUNA_VERSION}`;
  return {
    trained: { peer, ...trained },
    checkpoint: { peer, ...trained, suite: `${suite}.checkpoint` },
  };
}

const PROBES = 8;

/** As `problemHash`: the space and what is trained at some points. Uses a pool up. */
async function trainingHash(problem: TrainingProblem): Promise<string> {
  const { space } = problem;
  const curves: string[] = [];
  for (let number = 0; number < PROBES; number++) {
    const rng = createRng(0, "probe", number);
    const unit = space.parameters.map(() => rng.uniform());
    const { curve } = await problem.train(decode(space, unit), number);
    curves.push(curve.map((value) => value.toPrecision(10)).join(" "));
  }
  const text = JSON.stringify([spaceToJson(space), problem.epochs, runSeed(problem), curves]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
