import { medianOf } from "../../src/numerics/quantile.ts";
import test from "ava";
import { driveTraining, type Tuner } from "./drive-training.ts";
import { lateBloom } from "./late-bloom.ts";
import { tunerNamed } from "./tuners.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import type { TrainingProblem } from "./training-problem.ts";

const problem: TrainingProblem = {
  suite: "s",
  task: "t",
  seed: 0,
  epochs: 4,
  space: searchSpace({ x: float(0, 1) }),
  regretOf: (value) => value,
  train: (_params, number) => ({ curve: [0.9, 0.5, 0.3, number / 10] }),
};

/** Asks for what is listed, pauses where it is told to. */
const scripted = (plan: readonly { from?: number; until?: number }[]): Tuner => ({
  name: "scripted",
  start: () => ({
    ask: (number) =>
      number < plan.length
        ? { params: { x: 0 }, continueFrom: plan[number].from, ms: 0 }
        : undefined,
    started: () => undefined,
    report: (number, step) => step >= (plan[number].until ?? Infinity),
    tell: () => undefined,
  }),
});

test("a continued trial costs its added epochs, and only full trainings count as trained", async (t) => {
  const tuner = scripted([{ until: 2 }, { from: 0, until: 3 }, { from: 1 }, {}]);
  const run = await driveTraining(tuner, problem, { trainings: 2, workers: 1 });
  // Trial 0's configuration ends at 0 after 4 epochs, trial 3's at 0.3.
  t.deepEqual(run.trained, [1, 1, 1, 0, 0, 0, 0, 0]);
  t.deepEqual(run.checkpoint.slice(0, 4), [0.9, 0.5, 0.3, 0]);
  t.like(run, { trials: 4, configurations: 2, complete: 2 });
});

test("workers spend the budget together", async (t) => {
  const run = await driveTraining(scripted([{}, {}, {}]), problem, { trainings: 2, workers: 2 });
  t.like(run, { trials: 2, complete: 2 });
  t.is(run.trained.length, 8);
});

// Low learning rates look bad early and win late: whoever stops them for it never learns of them.
for (const task of ["crossing", "late"]) {
  for (const name of ["tpe+median", "tpe+hyperband"]) {
    test(`${name} finds the learning rate that wins late (${task})`, async (t) => {
      const regrets: number[] = [];
      for (let seed = 0; seed < 5; seed++) {
        const opened = await lateBloom.open(task, seed, undefined);
        const run = await driveTraining(tunerNamed(name), opened, { trainings: 20, workers: 1 });
        regrets.push(run.trained[run.trained.length - 1]);
      }
      // Three times the best rate, the early leader at half the training, has a regret of 0.2.
      t.true(medianOf(regrets) < 0.15, regrets.join(" "));
    });
  }
}
