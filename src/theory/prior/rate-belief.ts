import { HpoError } from "../../errors/errors.ts";
import { logShare, shareSd, type BatchLaw } from "../rate-laws/batch-law.ts";
import {
  batchExponent,
  defaultLearningRate,
  priorWidth,
  smallNetScale,
  type BudgetKind,
  type OptimizerFamily,
  type ScheduleKind,
} from "./prior-knowledge.ts";
import type { Normal } from "../../numerics/normal.ts";
import { requirePositive } from "../../errors/checks.ts";

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
  /** Takes the place of the exponent: m(B) moves as the measured noise says. */
  readonly law?: BatchLaw;
  /** η_c, where one was usable. */
  readonly edge?: number;
  /** What the centre was made of, for the report. */
  readonly source:
    | "edgeAndMeasuredScale"
    | "edgeAndDefault"
    | "halfTheStabilityEdge"
    | "halfTheDirectionalEdge"
    | "defaultOnly";
}

export interface RateBeliefOptions {
  readonly family: OptimizerFamily;
  /**
   * "directional" (the default): half-shrinkage on η_c, √(A²·η_c). "edge": half the stability edge,
   * for gradient descent ½·2/λ_max; half of η_c for optimizers that have none.
   */
  readonly centre?: "directional" | "edge";
  /** The optimizer's own threshold, such as 2/λ_max; counts only with the centre "edge". */
  readonly stabilityEdge?: number;
  /** How m depends on the batch size, where the noise was measured; the exponent if left out. */
  readonly law?: BatchLaw;
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
  readonly schedule?: ScheduleKind;
  readonly validation?: boolean;
  readonly noiseAtInitOnly?: boolean;
}

/**
 * m = ln A + ½ ln η_c: half-shrinkage, since the measured edge predicts the best learning rate's
 * order of magnitude only by half. On the runs behind it this beat a constant clearly for SGD
 * (leave-one-out error of ln η .93 against 1.21), and hardly for Adam (1.53 against 1.56). With the
 * centre "edge" and a law, half the edge is the law's maximum.
 *
 * @throws HpoError where A is unknown: give a `defaultRate`.
 *
 * @example
 * ```ts
 * import { rateBelief } from "hpo/theory";
 *
 * const belief = rateBelief({ family: "sgd", edge: 0.4, referenceBatch: 64, budget: "fixedSamples" });
 * ```
 */
export function rateBelief(options: RateBeliefOptions): RateBelief {
  const { family, edge, stabilityEdge, referenceBatch, budget, law } = options;
  requirePositive("referenceBatch", referenceBatch);
  if (edge !== undefined) requirePositive("edge", edge);
  if (stabilityEdge !== undefined) requirePositive("stabilityEdge", stabilityEdge);
  const { center, source } = centreOf(options);
  const sd = priorWidth(family, options);
  const isMaximum =
    law && (source === "halfTheStabilityEdge" || source === "halfTheDirectionalEdge");
  return {
    center: isMaximum ? center + logShare(law, referenceBatch) : center,
    sd: isMaximum ? joined(sd, shareSd(law, referenceBatch)) : sd,
    referenceBatch,
    exponent: batchExponent(family, budget),
    ...(law && { law }),
    ...(edge !== undefined && { edge }),
    source,
  };
}

function centreOf(options: RateBeliefOptions): Pick<RateBelief, "center" | "source"> {
  const { family, edge, stabilityEdge, centre = "directional", schedule = "constant" } = options;
  if (centre === "edge") {
    if (stabilityEdge !== undefined) {
      return { center: Math.log(stabilityEdge / 2), source: "halfTheStabilityEdge" };
    }
    if (edge !== undefined) return { center: Math.log(edge / 2), source: "halfTheDirectionalEdge" };
  } else if (edge !== undefined && options.smallNet === true) {
    const scale = smallNetScale(family, schedule);
    if (scale !== undefined) {
      return { center: Math.log(scale) + Math.log(edge) / 2, source: "edgeAndMeasuredScale" };
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
  return edge === undefined || centre === "edge"
    ? { center: Math.log(usual), source: "defaultOnly" }
    : { center: (Math.log(usual) + Math.log(edge)) / 2, source: "edgeAndDefault" };
}

/** m(B) and s(B): not knowing the exponent, or the noise, widens the belief away from B_ref. */
export function beliefAt(belief: RateBelief, batchSize: number): Normal {
  requirePositive("batchSize", batchSize);
  const { center, sd, referenceBatch, exponent, law } = belief;
  if (law) {
    const shift = logShare(law, batchSize) - logShare(law, referenceBatch);
    return { mean: center + shift, sd: joined(sd, shareSd(law, batchSize, referenceBatch)) };
  }
  const distance = Math.log(batchSize / referenceBatch);
  return {
    mean: center + exponent.mean * distance,
    sd: joined(sd, exponent.sd * distance),
  };
}

const joined = (a: number, b: number): number => Math.sqrt(a * a + b * b);

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
