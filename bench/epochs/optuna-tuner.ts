import { z } from "zod";
import { spaceToJson } from "../../src/space/index.ts";
import type { LineProcess } from "../peers/line-process.ts";
import { talkTo } from "../peers/optuna-process.ts";
import { runSeed } from "../compare/run-seed.ts";
import type { TrainingEnd, Tuner } from "./drive-training.ts";

const reportSchema = z.object({ prune: z.boolean() });

const STATES = {
  complete: "COMPLETE",
  pruned: "PRUNED",
  diverged: "FAIL",
} as const satisfies Record<TrainingEnd["state"], string>;

/** One of Optuna's samplers with one of its pruners, in a Python process. */
export function optunaTuner(child: LineProcess, sampler: string, pruner: string): Tuner {
  const name = `optuna:${sampler}+${pruner}`;
  const { say, ask } = talkTo(child, name);
  return {
    name,
    async start(problem) {
      const space = spaceToJson(problem.space);
      const { epochs } = problem;
      await say({ op: "start", sampler, pruner, epochs, seed: runSeed(problem), space });
      return {
        ask,
        started: async (number, row) => void (await say({ op: "started", number, row })),
        report: async (number, step, value) =>
          reportSchema.parse(await say({ op: "report", number, step, value })).prune,
        async tell(number, end) {
          const value = end.state === "complete" ? end.value : null;
          await say({ op: "finish", number, state: STATES[end.state], value });
        },
      };
    },
  };
}
