import { float, searchSpace } from "../../src/space/index.ts";
import type { Problem, Suite } from "./problem.ts";
import { fixedTasks } from "./tasks.ts";

/** Above it training diverges, just right of the best learning rate. */
const LARGEST_STABLE = 0.3;
const BEST_LOG_LR = Math.log10(0.25);
const BEST_LOG_WD = -3;

const space = searchSpace({
  lr: float(1e-5, 10, { log: true }),
  wd: float(1e-6, 1e-1, { log: true }),
});

const loss = (lr: number, wd: number): number => {
  const rate = Math.log10(lr) - BEST_LOG_LR;
  const decay = Math.log10(wd) - BEST_LOG_WD;
  return rate * rate + 0.1 * decay * decay;
};

export const diverging: Suite = {
  name: "diverging",
  about:
    "a bowl whose best learning rate, 0.25, lies just under the edge of divergence, 0.3: a quarter " +
    "of the space diverges; regret f − 0",
  scale: "log",
  tasks: fixedTasks(["lr-edge"]),
  open: async (task, seed) => openEdge(task, seed),
};

/** The same for every seed, which only seeds the strategies. */
const openEdge = (task: string, seed: number): Problem => ({
  suite: "diverging",
  task,
  seed,
  space,
  startRegret: loss(1e-5, 1e-6),
  evaluate(params) {
    const lr = params.lr as number;
    if (lr > LARGEST_STABLE) return { value: NaN, regret: Infinity };
    const value = loss(lr, params.wd as number);
    return { value, regret: value };
  },
});
