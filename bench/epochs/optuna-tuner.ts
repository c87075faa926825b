import { z } from "zod";
import { spaceToJson } from "../../src/space/index.ts";
import type { LineProcess } from "../peers/line-process.ts";
import { runSeed } from "../compare/run-seed.ts";
import type { TrainingEnd, Tuner } from "./drive-training.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const askSchema = z.object({ params: z.record(z.string(), scalar), ms: z.number() });
const reportSchema = z.object({ prune: z.boolean() });

const STATES = {
  complete: "COMPLETE",
  pruned: "PRUNED",
  diverged: "FAIL",
} as const satisfies Record<TrainingEnd["state"], string>;

/** One of Optuna's samplers with one of its pruners, in a Python process. */
export function optunaTuner(child: LineProcess, sampler: string, pruner: string): Tuner {
  const name = `optuna:${sampler}+${pruner}`;
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
      const { epochs } = problem;
      await ask({ op: "start", sampler, pruner, epochs, seed: runSeed(problem), space });
      return {
        ask: async (number) => askSchema.parse(await ask({ op: "ask", number })),
        started: async (number, row) => void (await ask({ op: "started", number, row })),
        report: async (number, step, value) =>
          reportSchema.parse(await ask({ op: "report", number, step, value })).prune,
        async tell(number, end) {
          const value = end.state === "complete" ? end.value : null;
          await ask({ op: "finish", number, state: STATES[end.state], value });
        },
      };
    },
  };
}
