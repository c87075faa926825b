import { HpoError } from "../../src/errors/errors.ts";
import { nearestUnused } from "../problems/pool.ts";
import { CHANCE, taskset, tasksetRuns, tasksetSpace } from "../problems/taskset.ts";
import type { TrainingSuite } from "./training-problem.ts";

/** A curve has 51 points; the first is before any training, and no epoch. */
const EPOCHS = 50;

export const tasksetEpochs: TrainingSuite = {
  name: "taskset-epochs",
  about:
    "pools of 1000 Adam runs of TaskSet, validation loss after each of 50 epochs; a suggestion is " +
    "answered by the nearest unused run; regret 0: the pool's best final loss, 1: chance or worse",
  epochs: EPOCHS,
  tasks: (data) => taskset.tasks(data),
  async open(task, seed, data) {
    const runs = await tasksetRuns(task, data);
    const short = runs.find(({ curve }) => curve.length !== EPOCHS + 1);
    if (short) {
      throw new HpoError(
        `--tasks: a run of ${task} has ${short.curve.length} points, not ${EPOCHS + 1}. Leave it out.`,
      );
    }
    const best = runs.reduce((least, { value }) => (value < least ? value : least), Infinity);
    const take = nearestUnused(tasksetSpace, runs);
    return {
      suite: "taskset-epochs",
      task,
      seed,
      space: tasksetSpace,
      epochs: EPOCHS,
      regretOf: (value) => Math.min(1, Math.max(0, (value - best) / (CHANCE - best))),
      train(params) {
        const { params: row, curve } = take(params);
        return { row, curve: untilDiverged(curve.slice(1)) };
      },
    };
  },
};

/** What comes back to finite values counts as diverged all the same: its loop has ended. */
function untilDiverged(curve: readonly number[]): number[] {
  const first = curve.findIndex((value) => !Number.isFinite(value));
  return first < 0 ? [...curve] : curve.map((value, i) => (i < first ? value : NaN));
}
