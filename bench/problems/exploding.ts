import { createRng } from "../../src/numerics/rng.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import type { Problem, Suite } from "./problem.ts";
import { fixedTasks } from "./tasks.ts";

const STEPS = 50;

interface Descent {
  /** The largest curvature; the smallest is 1. */
  readonly curvature: number;
  /** Of the learning rate. */
  readonly range: readonly [number, number];
  /** Added to the loss; what is left of it is the regret. */
  readonly floor: number;
}

const DESCENTS: Readonly<Record<string, Descent>> = {
  "bowl-25": { curvature: 25, range: [1e-4, 1], floor: 0 },
  "bowl-400": { curvature: 400, range: [1e-4, 1], floor: 0 },
  "bowl-100": { curvature: 100, range: [1e-4, 1], floor: 0 },
  "bowl-400-floor": { curvature: 400, range: [1e-4, 1], floor: 0.05 },
};

export const exploding: Suite = {
  name: "exploding",
  about:
    "gradient descent with momentum down a bowl of two curvatures: the loss is small just under the edge of " +
    "stability, and explodes by a hundred decades above it; regret f less the floor",
  scale: "log",
  tasks: fixedTasks(Object.keys(DESCENTS)),
  open: async (task, seed) => openBowl(task, seed),
};

/** The seed says where the descent begins, between 1 and 3 in both coordinates. */
function openBowl(task: string, seed: number): Problem {
  const { curvature, range, floor } = DESCENTS[task];
  const rng = createRng(seed, "exploding", task);
  const [x0, y0] = [1 + 2 * rng.uniform(), 1 + 2 * rng.uniform()];
  const loss = (x: number, y: number): number => 0.5 * (x * x + curvature * y * y);
  const end = (lr: number, momentum: number): number => {
    let [x, y, vx, vy] = [x0, y0, 0, 0];
    for (let step = 0; step < STEPS; step++) {
      vx = momentum * vx - lr * x;
      vy = momentum * vy - lr * curvature * y;
      x += vx;
      y += vy;
    }
    return loss(x, y);
  };
  return {
    suite: "exploding",
    task,
    seed,
    space: searchSpace({
      lr: float(...range, { log: true }),
      momentum: float(0, 0.999),
    }),
    startRegret: loss(x0, y0),
    evaluate({ lr, momentum }) {
      const regret = end(lr as number, momentum as number);
      return { value: floor + regret, regret };
    },
  };
}
