import { HpoError } from "../../errors/errors.ts";
import { requirePositive } from "../../errors/checks.ts";
import type { LossAndGradient, ProbeProblem } from "./problem.ts";

/** Fewest gradients that give an answer at all: those of P, one product, a short Lanczos. */
const LEAST_BUDGET = 50;

/** The only way to a problem's gradients and products: it counts them, in gradients of one batch. */
export interface GradientBudget {
  readonly problem: ProbeProblem;
  readonly spent: number;
  readonly products: number;
  /** What is left of the budget. */
  readonly left: number;
  /** Products that what is left pays for. */
  readonly affordable: number;
  gradient(batch: number): Promise<LossAndGradient>;
  hvp(batch: number, v: Float64Array): Promise<Float64Array>;
  /** For gradients that were taken elsewhere. */
  charge(gradients: number): void;
  /** Says what is being done. */
  begin(doing: string): void;
}

export interface GradientBudgetOptions {
  readonly budget: number;
  readonly onProgress?: (doing: string, spent: number) => void;
  readonly signal?: AbortSignal;
}

/** @throws HpoError if the budget is too small for any answer */
export function openGradientBudget(
  problem: ProbeProblem,
  options: GradientBudgetOptions,
): GradientBudget {
  const { budget, onProgress, signal } = options;
  if (!(budget >= LEAST_BUDGET)) {
    throw new HpoError(
      `A probe needs a budget of at least ${LEAST_BUDGET} gradients, got ${budget}. ` +
        "The default, 100, is one optimizer's prior.",
    );
  }
  const price = problem.gradientsPerProduct;
  requirePositive("gradientsPerProduct", price);
  let [spent, products, doing] = [0, 0, ""];
  const charge = (gradients: number): void => {
    spent += gradients;
    onProgress?.(doing, spent);
    signal?.throwIfAborted();
  };
  return {
    problem,
    get spent() {
      return spent;
    },
    get products() {
      return products;
    },
    get left() {
      return budget - spent;
    },
    get affordable() {
      return Math.floor((budget - spent) / price);
    },
    async gradient(batch) {
      const result = await problem.gradient(batch);
      charge(1);
      return result;
    },
    async hvp(batch, v) {
      const product = await problem.hvp(batch, v);
      products++;
      charge(price);
      return product;
    },
    charge,
    begin(next) {
      doing = next;
      onProgress?.(doing, spent);
    },
  };
}
