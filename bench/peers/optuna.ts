import { join } from "node:path";
import { z } from "zod";
import { HpoError } from "../../src/errors/errors.ts";
import { spaceToJson } from "../../src/space/index.ts";
import type { Contender } from "../compare/contender.ts";
import { packageRoot } from "../package-root.ts";
import { runSeed } from "../compare/run-seed.ts";
import { startLineProcess, type LineProcess } from "./line-process.ts";
import { pythonCommand } from "./python.ts";

export const OPTUNA_SAMPLERS = ["gp", "tpe", "random", "cmaes", "qmc"] as const;
export type OptunaSampler = (typeof OPTUNA_SAMPLERS)[number];

/** Optuna in a Python process of its own, ready to be asked. */
export interface Optuna {
  /** Of python, optuna, torch, scipy, cmaes, as far as they are there. */
  readonly versions: Readonly<Record<string, string>>;
  /** @throws HpoError naming the Python package that the sampler lacks */
  contender(sampler: OptunaSampler): Contender;
  close(): void;
}

const greetingSchema = z.union([
  z.object({
    versions: z.record(z.string(), z.string()),
    missing: z.record(z.string(), z.string()),
  }),
  z.object({ error: z.string() }),
]);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const askSchema = z.object({ params: z.record(z.string(), scalar), ms: z.number() });

const REMEDY =
  "Set HPO_PYTHON to a Python that has it, or make one with: npm run bench -- setup-peers";

/** Optuna's process after its greeting. */
export interface OptunaProcess {
  readonly child: LineProcess;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  /** By sampler, what it lacks. */
  readonly missing: Readonly<Record<string, string>>;
}

/** @throws HpoError saying what is missing: Python or Optuna */
export async function startOptunaProcess(): Promise<OptunaProcess> {
  const command = pythonCommand();
  const script = join(packageRoot, "bench", "peers", "optuna_peer.py");
  // One core each, as our strategies have.
  const env = { OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = startLineProcess(command, [script], { ...process.env, ...env });
  const greeting = await child.greeting.then(
    (line) => greetingSchema.parse(line),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  if ("error" in greeting) {
    child.close();
    throw new HpoError(`Optuna can't be run by "${command}": ${greeting.error}. ${REMEDY}`);
  }
  return { child, command, ...greeting };
}

/** @throws HpoError saying what is missing: Python or Optuna */
export async function startOptuna(): Promise<Optuna> {
  const { child, command, versions, missing } = await startOptunaProcess();
  return {
    versions,
    contender(sampler) {
      if (missing[sampler] !== undefined) {
        throw new HpoError(
          `optuna:${sampler} needs the Python package ${missing[sampler]}, which "${command}" ` +
            `does not have. ${REMEDY}`,
        );
      }
      return samplerContender(child, sampler);
    },
    close: () => child.close(),
  };
}

function samplerContender(child: LineProcess, sampler: OptunaSampler): Contender {
  const name = `optuna:${sampler}`;
  const ask = async (message: object): Promise<unknown> => {
    const answer = await child.ask(message);
    if (typeof answer === "object" && answer !== null && "error" in answer) {
      throw new Error(`${name}: ${String(answer.error)}`);
    }
    return answer;
  };
  return {
    name,
    async start(problem) {
      const space = spaceToJson(problem.space);
      await ask({ op: "start", sampler, seed: runSeed(problem), space });
      return {
        ask: async (number) => askSchema.parse(await ask({ op: "ask", number })),
        async tell(number, { value, row }) {
          const told = Number.isNaN(value) ? null : value;
          await ask({ op: "tell", number, value: told, ...(row && { row }) });
        },
      };
    },
  };
}
