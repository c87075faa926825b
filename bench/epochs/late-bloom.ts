import { fixedTasks } from "../problems/tasks.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import type { TrainingSuite } from "./training-problem.ts";

const EPOCHS = 50;

const space = searchSpace({
  lr: float(1e-4, 1, { log: true }),
  decay: float(1e-6, 1e-2, { log: true }),
  momentum: float(0, 0.99),
});

/**
 * Learning curves whose early ranking turns. With u = log10 of the learning rate over the best one:
 *
 *   floor = 0.2 + 0.5·(1 − e^(−1.5u²)) for u > 0, 0.2 below, and little of the other parameters
 *   loss(t) = floor + (1 − floor)·e^(−speed·max(0, t − delay)) + noise
 *
 * A high learning rate comes down fast to a high floor, a low one slowly or late to a low one, and
 * one that is far too low not before the end.
 *
 *   agree     speed 0.5·10^u, no delay: who leads early leads at the end
 *   crossing  speed 0.07·10^(0.7u), no delay: ten times the best rate leads for 10 epochs, three
 *             times for 20
 *   late      speed 0.3, delay 12·10^(−0.5u): the best rate looks untrained for 12 epochs of 50,
 *             while three times it falls from epoch 7 on, ten times from 4
 */
const TASKS = {
  agree: (u: number) => ({ speed: 0.5 * exp10(Math.min(1, u)), delay: 0 }),
  crossing: (u: number) => ({ speed: 0.07 * exp10(0.7 * Math.min(2, u)), delay: 0 }),
  late: (u: number) => ({ speed: 0.3, delay: 12 * exp10(-0.5 * u) }),
} as const;
type Task = keyof typeof TASKS;

/** Beyond so many times the best learning rate it diverges. */
const EDGE = 100;
const NOISE = 0.004;

export const lateBloom: TrainingSuite = {
  name: "late-bloom",
  about:
    "synthetic curves of 50 epochs: high learning rates fall fast to a high floor, low ones slowly " +
    "(crossing) or late (late) to a low one; agree: no turn; regret 0: the best final loss, " +
    "1: untrained",
  epochs: EPOCHS,
  tasks: fixedTasks(Object.keys(TASKS)),
  async open(task, seed) {
    const rng = createRng(seed, "late-bloom", task);
    const optimum = { lr: 3e-3 * exp10(rng.uniform() - 0.5), decay: exp10(-4 + rng.uniform()) };
    const least = bestFinal(task as Task);
    return {
      suite: "late-bloom",
      task,
      seed,
      space,
      epochs: EPOCHS,
      regretOf: (value) => Math.min(1, Math.max(0, (value - least) / (1 - least))),
      train(params, number) {
        const u = Math.log10((params.lr as number) / optimum.lr);
        const w = Math.log10((params.decay as number) / optimum.decay);
        const m = (params.momentum as number) - 0.9;
        const noise = createRng(seed, "late-bloom noise", task, number);
        const curve = curveOf(task as Task, u, 0.02 * w * w + 0.15 * m * m);
        return { curve: curve.map((value) => value + NOISE * noise.normal()) };
      },
    };
  },
};

/** Without noise. `worse`: what the other parameters add to the floor. */
function curveOf(task: Task, u: number, worse: number): number[] {
  const { speed, delay } = TASKS[task](u);
  const floor = Math.min(0.95, 0.2 + (u > 0 ? 0.5 * (1 - Math.exp(-1.5 * u * u)) : 0) + worse);
  return Array.from({ length: EPOCHS }, (_, i) => {
    const t = i + 1;
    if (u > Math.log10(EDGE) && t > 2) return NaN;
    return floor + (1 - floor) * Math.exp(-speed * Math.max(0, t - delay));
  });
}

function bestFinal(task: Task): number {
  let least = 1;
  for (let u = -2; u <= 2; u += 0.01) least = Math.min(least, curveOf(task, u, 0)[EPOCHS - 1]);
  return least;
}

const exp10 = (power: number): number => Math.exp(Math.LN10 * power);
