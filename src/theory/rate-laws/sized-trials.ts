import { meanOf } from "../../numerics/moments.ts";
import type { Normal } from "../../numerics/normal.ts";
import { bestRatesOfEach, type BestRate, type RateTrial } from "./best-rates.ts";
import { lawFromParameters } from "./rate-law.ts";
import { leastSquares } from "./least-squares.ts";
import type { LawPosterior } from "./law-posterior.ts";
import { groupsOfSize, type SizeAxis } from "./size.ts";

// The best learning rate from trials of several sizes: each size gives its own best rates by batch size
// (best-rates.ts), and these lie along ln η* = ln A + α ln B + Σ e_k z_k, z = ln of the size over the one
// that is wanted. A, α and e are found by least squares with what is believed of α and e.

/** Real sweeps lie about this far off any smooth law, in ln η … */
const SCATTER = 0.2;
/** … and further by this much per factor e beyond what was tried. */
const DRIFT = 0.15;

export interface SizedFit {
  readonly posterior: LawPosterior;
  /** As found, each at its own size. */
  readonly rates: readonly BestRate[];
  /** e, by belief and trials. */
  readonly exponents: Readonly<Record<string, Normal>>;
}

interface SizedRate extends BestRate {
  /** z, by axis. */
  readonly at: readonly number[];
}

/**
 * @param exponent what is believed of α
 * @param axes ≥ 1, with z of each trial
 */
export function fitSized(
  trials: readonly RateTrial[],
  exponent: Normal,
  axes: readonly SizeAxis[],
): SizedFit {
  const groups = groupsOfSize(axes, trials.length);
  const sets = groups.map((group) => group.map((i) => trials[i]));
  const rates = bestRatesOfEach(sets, exponent.mean).flatMap((found, g) => {
    const at = axes.map(({ values }) => meanOf(groups[g].map((i) => values[i])));
    return found.map((rate): SizedRate => ({ ...rate, at }));
  });
  const believed = [exponent, ...axes.map((axis) => axis.exponent)];
  const slopesOf = (batchSize: number, at: readonly number[]) => [1, Math.log(batchSize), ...at];
  const predicted = (theta: readonly number[], slopes: readonly number[]): number =>
    slopes.reduce((sum, slope, j) => sum + slope * theta[j], 0);
  const offLaw = (theta: readonly number[]): number[] =>
    rates.map((rate) => {
      const gap = Math.log(rate.learningRate) - predicted(theta, slopesOf(rate.batchSize, rate.at));
      return gap / Math.hypot(rate.sdOfLog, SCATTER);
    });
  const { parameters, covariance } = leastSquares(
    (theta) => [...offLaw(theta), ...believed.map(({ mean, sd }, k) => (theta[1 + k] - mean) / sd)],
    [meanOf(rates.map((rate) => Math.log(rate.learningRate))), ...believed.map(({ mean }) => mean)],
  );
  const places = [
    rates.map((rate) => Math.log(rate.batchSize)),
    ...axes.map((_, k) => rates.map(({ at }) => at[k])),
  ];
  const predict = (batchSize: number) => {
    const slopes = slopesOf(
      batchSize,
      axes.map(() => 0),
    );
    let variance = SCATTER * SCATTER;
    slopes.forEach((p, i) => slopes.forEach((q, j) => (variance += p * q * covariance.get(i, j))));
    places.forEach((tried, k) => (variance += (DRIFT * outside(slopes[1 + k], tried)) ** 2));
    return [{ mean: predicted(parameters, slopes), sd: Math.sqrt(variance), weight: 1 }];
  };
  const cost = offLaw(parameters).reduce((sum, r) => sum + r * r, 0);
  return {
    posterior: {
      kind: "power",
      law: lawFromParameters("power", parameters.slice(0, 2)),
      bic: cost + parameters.length * Math.log(rates.length),
      predict,
    },
    rates,
    exponents: Object.fromEntries(
      axes.map(({ name }, k) => [
        name,
        { mean: parameters[2 + k], sd: Math.sqrt(covariance.get(2 + k, 2 + k)) },
      ]),
    ),
  };
}

/** How far a place lies outside what was tried. */
const outside = (place: number, tried: readonly number[]): number =>
  Math.max(0, place - Math.max(...tried), Math.min(...tried) - place);
