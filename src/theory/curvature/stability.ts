import { assertNever } from "../../errors/errors.ts";
import {
  requireCoefficient,
  requireInteger,
  requireNonNegative,
  requirePositive,
} from "../../errors/checks.ts";

// Linear stability on a quadratic, deterministic, with a frozen preconditioner P.
//   η learning rate   β momentum   w weight decay   a an eigenvalue of H (or of P⁻¹H)
// Stable iff a < (1+β)(2−ηw)/(cη): c is 1 for heavy ball, 1−d with dampening d, 1−β for an
// exponential average, 1+2β for Nesterov as PyTorch writes it, (1−β)(1+2β) for Nesterov on an
// average. w = 0 gives (2+2β)/η and (2+2β)/((1+2β)η) of Cohen et al. (arXiv 2103.00065, App. B)
// and 38/η for Adam with β1 = .9 (arXiv 2207.14484). Coupled L2 decay makes H → H + wI instead.

/** How weight decay enters: decoupled (w ← w − ηλw beside the step), or in the gradient (L2). */
export interface WeightDecay {
  readonly kind: "decoupled" | "coupled";
  readonly strength: number;
}

/** An optimizer's update rule, as far as its stability depends on it. */
export type UpdateRule =
  | { readonly kind: "gradientDescent"; readonly weightDecay?: WeightDecay }
  | {
      readonly kind: "heavyBall";
      readonly momentum: number;
      readonly dampening?: number;
      readonly weightDecay?: WeightDecay;
    }
  | {
      readonly kind: "ema" | "nesterov" | "emaNesterov";
      readonly momentum: number;
      readonly weightDecay?: WeightDecay;
    }
  /** `step` t: P_t carries the factor 1 − β1^t; left out: the limit t → ∞. */
  | {
      readonly kind: "adam";
      readonly beta1: number;
      readonly step?: number;
      readonly weightDecay?: WeightDecay;
    }
  /** Nesterov on an average, as `emaNesterov`, of the preconditioned gradient; t → ∞. */
  | { readonly kind: "nadam"; readonly beta1: number; readonly weightDecay?: WeightDecay }
  /** `momentum` as a heavy ball on the preconditioned gradient, default 0. */
  | { readonly kind: "rmsProp"; readonly momentum?: number; readonly weightDecay?: WeightDecay }
  | { readonly kind: "sign" | "lion" | "muon" | "lars" | "lamb" };

export type Stability =
  | {
      readonly kind: "threshold";
      /** Whose λ_max counts: H's, or that of P^-½HP^-½. */
      readonly curvature: "hessian" | "preconditionedHessian";
      /** (1+β)/c; without decay, stable iff η·λ_max < 2·gain. */
      readonly gain: number;
      readonly weightDecay: WeightDecay;
    }
  | { readonly kind: "none"; readonly reason: string };

const noDecay: WeightDecay = { kind: "decoupled", strength: 0 };

const noThreshold: Readonly<Record<"sign" | "lion" | "muon" | "lars" | "lamb", string>> = {
  sign: "a sign update's length does not shrink with the gradient",
  lion: "Lion's update is a sign: its length does not shrink with the gradient",
  muon: "Muon's update has all singular values near 1, whatever the gradient's size",
  lars: "LARS scales each layer's update to its weights' norm, whatever the gradient's size",
  lamb: "LAMB scales each layer's update to its weights' norm, whatever the gradient's size",
};

/**
 * Which curvature bounds the learning rate of a rule, and how: or, for rules without a λ_max
 * threshold, "none": use the directional edge η_c with the rule's own update direction.
 * @throws HpoError on a coefficient that is not in [0, 1), or a step below 1
 *
 * @example
 * ```ts
 * import { learningRateEdge, stability } from "hpo/theory";
 *
 * learningRateEdge({ kind: "gradientDescent" }, 10); // 0.2
 * stability({ kind: "heavyBall", momentum: 0.9 }).kind; // threshold
 * ```
 */
export function stability(rule: UpdateRule): Stability {
  switch (rule.kind) {
    case "gradientDescent":
      return threshold("hessian", 1, rule.weightDecay);
    case "heavyBall":
      requireCoefficient("momentum", rule.momentum);
      requireCoefficient("dampening", rule.dampening ?? 0);
      return threshold(
        "hessian",
        (1 + rule.momentum) / (1 - (rule.dampening ?? 0)),
        rule.weightDecay,
      );
    case "ema":
    case "nesterov":
    case "emaNesterov":
      requireCoefficient("momentum", rule.momentum);
      return threshold("hessian", averagedGain(rule.kind, rule.momentum), rule.weightDecay);
    case "adam":
      requireCoefficient("beta1", rule.beta1);
      return threshold(
        "preconditionedHessian",
        averagedGain("ema", rule.beta1) * biasCorrection(rule.beta1, rule.step),
        rule.weightDecay,
      );
    case "nadam":
      requireCoefficient("beta1", rule.beta1);
      return threshold(
        "preconditionedHessian",
        averagedGain("emaNesterov", rule.beta1),
        rule.weightDecay,
      );
    case "rmsProp":
      requireCoefficient("momentum", rule.momentum ?? 0);
      return threshold("preconditionedHessian", 1 + (rule.momentum ?? 0), rule.weightDecay);
    case "sign":
    case "lion":
    case "muon":
    case "lars":
    case "lamb":
      return { kind: "none", reason: noThreshold[rule.kind] };
    default:
      return assertNever(rule);
  }
}

function threshold(
  curvature: "hessian" | "preconditionedHessian",
  gain: number,
  weightDecay: WeightDecay = noDecay,
): Stability {
  requireNonNegative("weightDecay.strength", weightDecay.strength);
  return { kind: "threshold", curvature, gain, weightDecay };
}

function averagedGain(kind: "ema" | "nesterov" | "emaNesterov", momentum: number): number {
  const nesterov = kind === "ema" ? 1 : 1 + 2 * momentum;
  const average = kind === "nesterov" ? 1 : 1 - momentum;
  return (1 + momentum) / (average * nesterov);
}

/** 1 − β1^t; Adam's own, and its exponent is the step, not 1. */
function biasCorrection(beta1: number, step: number | undefined): number {
  if (step === undefined) return 1;
  requireInteger("step", step, 1);
  return beta1 === 0 ? 1 : -Math.expm1(step * Math.log(beta1));
}

/**
 * The largest stable eigenvalue a at this learning rate: (1+β)(2−ηw)/(cη), less w for coupled
 * decay. Undefined for a rule without a threshold.
 */
export function curvatureLimit(rule: UpdateRule, learningRate: number): number | undefined {
  requirePositive("learningRate", learningRate);
  const law = stability(rule);
  if (law.kind === "none") return undefined;
  const { kind, strength } = law.weightDecay;
  return kind === "coupled"
    ? (2 * law.gain) / learningRate - strength
    : (law.gain * (2 - learningRate * strength)) / learningRate;
}

/**
 * The largest stable learning rate at this sharpness (λ_max of the curvature that
 * {@link stability} names). Undefined for a rule without a threshold, and where the curvature,
 * decay included, is not positive: there is no edge then; use the directional edge or a default.
 */
export function learningRateEdge(rule: UpdateRule, sharpness: number): number | undefined {
  const law = stability(rule);
  if (law.kind === "none") return undefined;
  const { kind, strength } = law.weightDecay;
  const curvature = kind === "coupled" ? sharpness + strength : sharpness + law.gain * strength;
  return curvature > 0 ? (2 * law.gain) / curvature : undefined;
}

/**
 * The edge of mini-batch SGD on a one-dimensional loss whose curvature varies between examples:
 * E (1 − ηλ_B)² < 1, so η < 2λ/(λ² + s²/B).
 *
 * @param curvature λ > 0, the mean
 * @param variance s², the variance of one example's curvature
 */
export function stochasticEdge(curvature: number, variance: number, batchSize: number): number {
  requirePositive("curvature", curvature);
  requireNonNegative("variance", variance);
  requirePositive("batchSize", batchSize);
  return (2 * curvature) / (curvature * curvature + variance / batchSize);
}

/**
 * Polyak's heavy ball on a quadratic with eigenvalues in [smallest, largest]: the momentum and
 * learning rate of fastest convergence, β = ((√L−√μ)/(√L+√μ))², η = 4/(√L+√μ)². Note how close
 * to the edge (2+2β)/L the best η lies.
 */
export function polyakHeavyBall(smallest: number, largest: number) {
  requirePositive("smallest", smallest);
  requirePositive("largest", largest);
  const sum = Math.sqrt(largest) + Math.sqrt(smallest);
  const ratio = (Math.sqrt(largest) - Math.sqrt(smallest)) / sum;
  return { momentum: ratio * ratio, learningRate: 4 / (sum * sum) };
}
