import { HpoError } from "../../src/errors/errors.ts";
import { spaceToJson } from "../../src/space/index.ts";
import type { Contender } from "../compare/contender.ts";
import { runSeed } from "../compare/run-seed.ts";
import type { LineProcess } from "./line-process.ts";
import { REMEDY, startOptunaProcess, talkTo } from "./optuna-process.ts";

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
  const { say, ask } = talkTo(child, name);
  return {
    name,
    async start(problem) {
      const space = spaceToJson(problem.space);
      await say({ op: "start", sampler, seed: runSeed(problem), space });
      return {
        ask,
        async tell(number, { value, row }) {
          const told = Number.isNaN(value) ? null : value;
          await say({ op: "tell", number, value: told, ...(row && { row }) });
        },
      };
    },
  };
}
