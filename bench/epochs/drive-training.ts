import type { Params } from "../../src/space/index.ts";
import type { Training, TrainingProblem } from "./training-problem.ts";

/** Something that minimises training problems: a strategy with its pruner, ours or a peer's. */
export interface Tuner {
  readonly name: string;
  /** @param trainings the budget, in full trainings */
  start(problem: TrainingProblem, trainings: number): TunerRun | Promise<TunerRun>;
}

/** Under way on one problem. */
export interface TunerRun {
  /** undefined: nothing is left to suggest. */
  ask(number: number): TunerAsked | undefined | Promise<TunerAsked | undefined>;
  /** What is trained in answer to the trial: told at once, as a pool's row is known at once. */
  started(number: number, params: Params): void | Promise<void>;
  /** @returns whether to stop the trial here */
  report(number: number, step: number, value: number): boolean | Promise<boolean>;
  tell(number: number, end: TrainingEnd): void | Promise<void>;
}

export interface TunerAsked {
  readonly params: Params;
  /** The trial whose training this one goes on with. */
  readonly continueFrom?: number;
  /** What this question cost, with what was told since the one before. */
  readonly ms: number;
}

export type TrainingEnd =
  | { readonly state: "complete"; readonly value: number }
  | { readonly state: "pruned"; readonly value: number }
  | { readonly state: "diverged" };

export interface TrainingBudget {
  /** In full trainings. */
  readonly trainings: number;
  /** Trials that train at the same time, all equally fast. */
  readonly workers: number;
}

/** By epoch spent, all workers' together. */
export interface TrainingRun {
  /** Of the best fully trained trial, by its final value; 1 before there is one. */
  readonly trained: readonly number[];
  /** Of the lowest value that any trial ever reported: the best checkpoint, if all were kept. */
  readonly checkpoint: readonly number[];
  readonly suggestMs: readonly number[];
  readonly trials: number;
  /** How many configurations were started, continued ones counted once. */
  readonly configurations: number;
  readonly complete: number;
  readonly diverged: readonly number[];
}

interface Job {
  readonly number: number;
  readonly training: Training;
  /** Epochs trained so far. */
  epoch: number;
}

/** Runs a tuner until its epochs are spent. What is not finished then counts by its checkpoints. */
export async function driveTraining(
  tuner: Tuner,
  problem: TrainingProblem,
  { trainings, workers }: TrainingBudget,
): Promise<TrainingRun> {
  const run = await tuner.start(problem, trainings);
  const budget = trainings * problem.epochs;
  const record = recordOf(problem);
  const jobs = new Map<number, Job>();
  const suggestMs: number[] = [];
  let running: Job[] = [];
  let configurations = 0;

  const startOne = async (): Promise<boolean> => {
    const number = suggestMs.length;
    const asked = await run.ask(number);
    if (!asked) return false;
    suggestMs.push(asked.ms);
    const earlier = asked.continueFrom === undefined ? undefined : jobs.get(asked.continueFrom);
    if (!earlier) configurations++;
    const training = earlier?.training ?? (await problem.train(asked.params, number));
    const job = { number, training, epoch: earlier?.epoch ?? 0 };
    jobs.set(number, job);
    running.push(job);
    await run.started(number, training.row ?? asked.params);
    return true;
  };
  const trainOne = async (job: Job): Promise<TrainingEnd | undefined> => {
    const value = job.training.curve[job.epoch++];
    if (!Number.isFinite(value)) return { state: "diverged" };
    record.report(value);
    const stop = await run.report(job.number, job.epoch, value);
    if (job.epoch === problem.epochs) return { state: "complete", value };
    return stop ? { state: "pruned", value } : undefined;
  };

  while (record.spent < budget) {
    while (running.length < workers && (await startOne())) {
      // Another worker gets its trial.
    }
    if (running.length === 0) break;
    for (const job of [...running]) {
      if (record.spent >= budget) break;
      const end = await trainOne(job);
      if (end) {
        running = running.filter((other) => other !== job);
        await run.tell(job.number, end);
      }
      record.spend(job.number, end);
    }
  }
  return { ...record.result(budget), suggestMs, trials: suggestMs.length, configurations };
}

function recordOf(problem: TrainingProblem) {
  const trained: number[] = [];
  const checkpoint: number[] = [];
  const diverged: number[] = [];
  let bestFinal = Infinity;
  let bestReport = Infinity;
  let complete = 0;
  const regret = (value: number): number => (value === Infinity ? 1 : problem.regretOf(value));
  return {
    get spent() {
      return trained.length;
    },
    report(value: number): void {
      bestReport = Math.min(bestReport, value);
    },
    spend(number: number, end: TrainingEnd | undefined): void {
      if (end?.state === "diverged") diverged.push(number);
      if (end?.state === "complete") {
        complete++;
        bestFinal = Math.min(bestFinal, end.value);
      }
      trained.push(regret(bestFinal));
      checkpoint.push(regret(bestReport));
    },
    /** A run that ended early keeps what it has. */
    result(budget: number) {
      const whole = (curve: readonly number[], last: number): number[] =>
        Array.from({ length: budget }, (_, i) => curve[i] ?? last);
      return {
        trained: whole(trained, regret(bestFinal)),
        checkpoint: whole(checkpoint, regret(bestReport)),
        complete,
        diverged,
      };
    },
  };
}
