import { HpoError } from "../../src/errors/errors.ts";
import type { Contender } from "../compare/contender.ts";
import { drive } from "../compare/drive.ts";
import type { ProblemPlan } from "../compare/plan.ts";
import type { DetailedResult } from "../compare/run-result.ts";
import { OPTUNA_SAMPLERS, startOptuna, type Optuna, type OptunaSampler } from "./optuna.ts";
import { problemHash } from "./problem-hash.ts";
import type { TraceKey, Traces } from "./traces.ts";

/** The version that kept curves are of; bench/peers/requirements.txt installs it. */
export const OPTUNA_VERSION = "5.0.0";

export const PEER_NAMES: readonly string[] = OPTUNA_SAMPLERS.map((sampler) => `optuna:${sampler}`);

/** The peers that take part. */
export interface PeerGroup {
  readonly names: readonly string[];
  /** From a kept curve, or by running it. */
  run(name: string, plan: ProblemPlan): Promise<DetailedResult>;
  close(): void;
}

export interface PeerOptions {
  readonly trials: number;
  readonly workers: number;
  readonly traces: Traces;
  /** "kept": use kept curves; "fresh": run all, keep them anew; "timed": run all, for their times. */
  readonly mode: "kept" | "fresh" | "timed";
}

/**
 * Makes the peers ready. Those that can't run, and of which a curve is missing, are left out:
 * `say` is told which and why.
 */
export async function preparePeers(
  names: readonly string[],
  plans: readonly ProblemPlan[],
  options: PeerOptions,
  say: (text: string) => void,
): Promise<PeerGroup> {
  const { mode, traces, trials, workers } = options;
  const kept = new Map<string, DetailedResult>();
  const hashes = new Map<ProblemPlan, string>();
  for (const plan of names.length === 0 ? [] : plans) {
    hashes.set(plan, await problemHash(await plan.open()));
  }
  const keyOf = (name: string, plan: ProblemPlan, version: string): TraceKey => ({
    peer: `optuna-${version}`,
    sampler: samplerOf(name),
    suite: plan.suite.name,
    task: plan.task,
    seed: plan.seed,
    workers,
    problemHash: hashes.get(plan) ?? "",
  });
  if (mode === "kept") {
    for (const name of names) {
      for (const plan of plans) {
        const result = await traces.read(keyOf(name, plan, OPTUNA_VERSION), trials);
        if (result) kept.set(runKey(name, plan), result);
      }
    }
  }
  const missing = (name: string): number =>
    plans.filter((plan) => !kept.has(runKey(name, plan))).length;
  const live = await startLive(names.filter((name) => missing(name) > 0));
  for (const [name, reason] of live.skipped) {
    const had = plans.length - missing(name);
    say(
      `SKIPPED ${name}: ${reason}` +
        (had > 0 ? ` (Kept curves: ${had} of ${plans.length} runs, not enough to compare.)` : ""),
    );
  }
  const version = live.optuna?.versions.optuna ?? OPTUNA_VERSION;
  if (kept.size > 0 && version !== OPTUNA_VERSION) {
    live.optuna?.close();
    throw new HpoError(
      `--peers: kept curves are of Optuna ${OPTUNA_VERSION}, but Optuna ${version} is installed. ` +
        "Run all of them with it by --fresh-peers, or install the other version.",
    );
  }
  return {
    names: names.filter((name) => !live.skipped.has(name)),
    async run(name, plan) {
      const known = kept.get(runKey(name, plan));
      if (known) return known;
      const contender = live.contenders.get(name);
      if (!contender) throw new Error(`${name} was not started.`);
      const result = await drive(contender, await plan.open(), { trials, workers });
      await traces.write(keyOf(name, plan, version), result);
      return result;
    },
    close: () => live.optuna?.close(),
  };
}

const samplerOf = (name: string): OptunaSampler => {
  const sampler = OPTUNA_SAMPLERS.find((known) => `optuna:${known}` === name);
  if (!sampler) throw new Error(`No peer is called "${name}".`);
  return sampler;
};

const runKey = (name: string, { suite, task, seed }: ProblemPlan): string =>
  `${name} ${suite.name} ${task} ${seed}`;

interface Live {
  readonly optuna?: Optuna;
  readonly contenders: ReadonlyMap<string, Contender>;
  /** Why each of them can't run. */
  readonly skipped: ReadonlyMap<string, string>;
}

async function startLive(names: readonly string[]): Promise<Live> {
  const contenders = new Map<string, Contender>();
  const skipped = new Map<string, string>();
  const reasonOf = (error: unknown): string => {
    if (error instanceof HpoError) return error.message;
    throw error;
  };
  if (names.length === 0) return { contenders, skipped };
  let optuna: Optuna;
  try {
    optuna = await startOptuna();
  } catch (error) {
    for (const name of names) skipped.set(name, reasonOf(error));
    return { contenders, skipped };
  }
  for (const name of names) {
    try {
      contenders.set(name, optuna.contender(samplerOf(name)));
    } catch (error) {
      skipped.set(name, reasonOf(error));
    }
  }
  return { optuna, contenders, skipped };
}
