import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { HpoError } from "../../src/errors/errors.ts";
import { packageRoot } from "../package-root.ts";
import type { DetailedResult } from "../compare/run-result.ts";

/** Which run of a peer is meant. */
export interface TraceKey {
  /** Such as "optuna-5.0.0". */
  readonly peer: string;
  readonly sampler: string;
  readonly suite: string;
  readonly task: string;
  readonly seed: number;
  readonly workers: number;
  readonly problemHash: string;
}

/** Regret curves of peers, kept so that a comparison need not run them again. No times. */
export interface Traces {
  /** The first `trials` trials of a kept run, if one is at least that long. */
  read(key: TraceKey, trials: number): Promise<DetailedResult | undefined>;
  write(key: TraceKey, result: DetailedResult): Promise<void>;
}

const runSchema = z.object({
  trials: z.number(),
  /** [trial, regret] where the curve steps down. */
  steps: z.array(z.tuple([z.number(), z.number()])),
  failed: z.array(z.number()),
});
const fileSchema = z.record(z.string(), runSchema);
type File = z.infer<typeof fileSchema>;

const DEFAULT_FOLDER = join(packageRoot, "bench", "peers", "traces");

/** One file per peer, sampler, suite and task. @param folder where they lie */
export function openTraces(folder: string = DEFAULT_FOLDER): Traces {
  const pathOf = ({ peer, sampler, suite, task }: TraceKey): string =>
    join(folder, peer, sampler, `${suite}.${task}.json.gz`);
  const nameOf = ({ seed, workers, problemHash }: TraceKey): string =>
    `seed ${seed}, workers ${workers}, problem ${problemHash}`;
  return {
    async read(key, trials) {
      const run = (await readFileOrNothing(pathOf(key)))[nameOf(key)];
      if (!run || run.trials < trials) return undefined;
      const failedTrials = run.failed.filter((number) => number < trials);
      return {
        suite: key.suite,
        task: key.task,
        strategy: `${key.peer.split("-")[0]}:${key.sampler}`,
        seed: key.seed,
        regret: unfold(run.steps, trials),
        suggestMs: [],
        failed: failedTrials.length,
        failedTrials,
      };
    },
    async write(key, { regret, failedTrials }) {
      const path = pathOf(key);
      const known = await readFileOrNothing(path);
      const name = nameOf(key);
      if ((known[name]?.trials ?? 0) > regret.length) return;
      const failed = [...failedTrials];
      known[name] = { trials: regret.length, steps: fold(regret), failed };
      await mkdir(dirname(path), { recursive: true });
      // Renamed into place: a reader never sees half a file.
      const partial = `${path}.${process.pid}`;
      await writeFile(partial, gzipSync(JSON.stringify(known), { level: 9 }));
      await rename(partial, path);
    },
  };
}

async function readFileOrNothing(path: string): Promise<File> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return fileSchema.parse(JSON.parse(gunzipSync(bytes).toString()));
  } catch {
    throw new HpoError(`${path} is no file of kept curves. Delete it; they are run again.`);
  }
}

/** Six digits are enough for a curve. */
function fold(regret: readonly number[]): [number, number][] {
  const steps: [number, number][] = [];
  regret.forEach((value, trial) => {
    if (Number.isFinite(value) && value !== regret[trial - 1]) {
      steps.push([trial, Number(value.toPrecision(6))]);
    }
  });
  return steps;
}

function unfold(steps: readonly (readonly [number, number])[], trials: number): number[] {
  const regret = new Array<number>(trials).fill(Infinity);
  for (const [trial, value] of steps) regret.fill(value, Math.min(trial, trials));
  return regret;
}
