import { HpoError } from "../errors.ts";
import {
  batchExponent,
  defaultLearningRate,
  priorWidth,
  smallNetScale,
  type BudgetKind,
  type Normal,
  type OptimizerFamily,
  type Schedule,
} from "./prior-knowledge.ts";
import { requirePositive } from "./validate.ts";

/** What theory believes about ln η* before any trial: N(m(B), s(B)²), less the uniform share. */
export interface RateBelief {
  /** ln η* expected at `referenceBatch`. */
  readonly center: number;
  /** Its standard deviation there. */
  readonly sd: number;
  /** B_ref, where the edge was measured. */
  readonly referenceBatch: number;
  /** α of m(B) = center + α ln(B/B_ref). */
  readonly exponent: Normal;
  /** η_c, where one was usable. */
  readonly edge?: number;
  /** What the centre was made of, for the report. */
  readonly source: "edgeAndMeasuredScale" | "edgeAndDefault" | "defaultOnly";
}

export interface RateBeliefOptions {
  readonly family: OptimizerFamily;
  /**
   * η_c, the directional edge measured at `referenceBatch`. Left out where there is none (it was
   * not positive): then the belief is the default's, and theory adds nothing.
   */
  readonly edge?: number;
  readonly referenceBatch: number;
  readonly budget: BudgetKind;
  /** The learning rate that one would try first; default: the optimizer's usual one. */
  readonly defaultRate?: number;
  /**
   * Takes A from the measurements on small nets (≤ 12,000 weights) instead of √defaultRate.
   * Default false: they were measured nowhere else.
   */
  readonly smallNet?: boolean;
  /** Default "constant". Counts only with `smallNet`. */
  readonly schedule?: Schedule;
  readonly validation?: boolean;
  readonly noiseAtInitOnly?: boolean;
}

/**
 * m = ln A + ½ ln η_c: half-shrinkage, since the measured edge predicts the best learning rate's
 * order of magnitude only by half. On the runs behind it this beat a constant clearly for SGD
 * (leave-one-out error of ln η .93 against 1.21), and hardly for Adam (1.53 against 1.56).
 *
 * @throws HpoError where A is unknown: give a `defaultRate`.
 */
export function rateBelief(options: RateBeliefOptions): RateBelief {
  const { family, edge, referenceBatch, budget, schedule = "constant" } = options;
  requirePositive("referenceBatch", referenceBatch);
  if (edge !== undefined) requirePositive("edge", edge);
  const common = { sd: priorWidth(family, options), referenceBatch };
  const exponent = batchExponent(family, budget);
  if (edge !== undefined && options.smallNet === true) {
    const scale = smallNetScale(family, schedule);
    if (scale !== undefined) {
      const center = Math.log(scale) + Math.log(edge) / 2;
      return { center, ...common, exponent, edge, source: "edgeAndMeasuredScale" };
    }
  }
  const usual = options.defaultRate ?? defaultLearningRate(family);
  if (usual === undefined) {
    throw new HpoError(
      `Theory knows no usual learning rate of the optimizer family "${family}". ` +
        `Give defaultRate, the learning rate that you would try first.`,
    );
  }
  requirePositive("defaultRate", usual);
  if (edge === undefined) {
    return { center: Math.log(usual), ...common, exponent, source: "defaultOnly" };
  }
  const center = (Math.log(usual) + Math.log(edge)) / 2;
  return { center, ...common, exponent, edge, source: "edgeAndDefault" };
}

/** m(B) and s(B): the exponent's uncertainty widens the belief away from the reference batch. */
export function beliefAt(belief: RateBelief, batchSize: number): Normal {
  requirePositive("batchSize", batchSize);
  const distance = Math.log(batchSize / belief.referenceBatch);
  const drift = belief.exponent.sd * distance;
  return {
    mean: belief.center + belief.exponent.mean * distance,
    sd: Math.sqrt(belief.sd * belief.sd + drift * drift),
  };
}

/**
 * The range of learning rates worth searching: η_c·[1e-4, 30] together with the user's range. The
 * stability edge never cuts it off: warm-up and decay permit more.
 */
export function searchRange(
  edge: number,
  userRange?: { readonly low: number; readonly high: number },
): { low: number; high: number } {
  requirePositive("edge", edge);
  return {
    low: Math.min(edge * 1e-4, userRange?.low ?? Infinity),
    high: Math.max(edge * 30, userRange?.high ?? 0),
  };
}
