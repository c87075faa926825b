import { createRng } from "../../src/numerics/rng.ts";
import type { Problem } from "../problems/problem.ts";

/**
 * The seed that strategies and peers get in a run, an integer in [0, 2³¹). It differs between tasks:
 * with the same one, random search would try the same points in all of them, and the intervals of
 * means over tasks would be too narrow.
 */
export const runSeed = ({ suite, task, seed }: Pick<Problem, "suite" | "task" | "seed">): number =>
  createRng(seed, "run", suite, task).integer(0, 2 ** 31 - 1);
