import type { BestRate } from "./best-rates.ts";
import type { Budget } from "./budget.ts";
import type { BudgetKind } from "../prior/prior-knowledge.ts";
import type { RateLaw } from "./rate-law.ts";
import type { SizeOptions, TrainingSize } from "./size.ts";

export interface ScaleOptions extends SizeOptions {
  /** Where the learning rate is wanted. */
  readonly toBatch: number;
  /** What the runs had in common; default: read off the trials' steps and samples. */
  readonly budget?: BudgetKind;
}

export interface RateRecommendation {
  readonly batchSize: number;
  /** The size that was asked for. */
  readonly size?: TrainingSize;
  /** The laws' by their BIC; from sweeps, corrected by how the nearest batch sizes lie off them. */
  readonly learningRate: number;
  /** Holds the best learning rate with probability .9, as far as sweeps like this go. */
  readonly interval: readonly [low: number, high: number];
  /** Where it holds, of what was searched beside (momentum …): the good trials' middle. */
  readonly beside?: Readonly<Record<string, number>>;
  /** The law of the least BIC, and why it leads. */
  readonly law:
    | RateLaw
    | { readonly kind: "priorExponent"; readonly exponent: number }
    | { readonly kind: "noiseScaleRatio"; readonly exponent: number; readonly noiseScale: number };
  readonly reason: string;
  /** Every law tried, best BIC first, with its own recommendation; empty without a choice. */
  readonly laws: readonly {
    readonly law: RateLaw;
    readonly bic: number;
    readonly learningRate: number;
  }[];
  /** The best learning rate found at each batch size. */
  readonly rates: readonly BestRate[];
  readonly budget: Budget;
  /** The common rules from the nearest known batch size, to compare with; they know no sizes. */
  readonly linear: number;
  readonly squareRoot: number;
  readonly constant: number;
  /** What the reader should doubt. */
  readonly notes: readonly string[];
}
