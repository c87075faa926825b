import { join } from "node:path";
import { z } from "zod";
import { HpoError } from "../../src/errors/errors.ts";
import { packageRoot } from "../package-root.ts";
import { startLineProcess, type LineProcess } from "./line-process.ts";
import { pythonCommand } from "./python.ts";

const greetingSchema = z.union([
  z.object({
    versions: z.record(z.string(), z.string()),
    missing: z.record(z.string(), z.string()),
  }),
  z.object({ error: z.string() }),
]);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const askSchema = z.object({ params: z.record(z.string(), scalar), ms: z.number() });

export const REMEDY =
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

/** Questions to Optuna in the name of one contender. */
export interface OptunaTalk {
  /** @throws Error in the contender's name, with what Optuna raised */
  readonly say: (message: object) => Promise<unknown>;
  /** The parameters of a trial, and how long Optuna took for them, in milliseconds. */
  readonly ask: (number: number) => Promise<z.infer<typeof askSchema>>;
}

export function talkTo(child: LineProcess, name: string): OptunaTalk {
  const say = async (message: object): Promise<unknown> => {
    const answer = await child.ask(message);
    if (typeof answer === "object" && answer !== null && "error" in answer) {
      throw new Error(`${name}: ${String(answer.error)}`);
    }
    return answer;
  };
  return { say, ask: async (number) => askSchema.parse(await say({ op: "ask", number })) };
}
