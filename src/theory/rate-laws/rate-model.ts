import type { Normal } from "../../numerics/normal.ts";
import { bestRates, type BestRate, type RateTrial } from "./best-rates.ts";
import { describeExponent } from "./known-rate.ts";
import { SURGE_BATCH_SIZES, surgeGate, type LawChoice } from "./law-choice.ts";
import { lawPosterior, type LawPosterior } from "./law-posterior.ts";
import type { LawKind } from "./rate-law.ts";
import { fitSized } from "./sized-trials.ts";
import type { SizeAxis } from "./size.ts";
import { fitScattered, LEAST_SCATTERED } from "./scattered-trials.ts";

/** Laws are compared from this many batch sizes on; below, the exponent's prior decides. */
const BATCH_SIZES_FOR_LAWS = 3;
/** So many learning rates at one batch size are a sweep. */
const SWEEP = 3;
/**
 * Scattered trials hardly tell one law from another, and laws that saturate among them answer too low beyond: so
 * these must earn a difference of 2 ln 10 in BIC. Chosen on the choosing tables (bench/RESULTS.md).
 */
const POWER_ODDS = 10;

/** What trials tell of the best learning rate by the batch size. */
export interface RateModel {
  readonly rates: readonly BestRate[];
  /** The law of the least BIC among those that are allowed. */
  readonly chosen: LawPosterior;
  /** All laws, least BIC first; empty with one batch size. */
  readonly compared: readonly LawPosterior[];
  /** The laws that answer, by e^(−ΔBIC/2): where laws tie, the answer lies between them. */
  readonly weighted: readonly { readonly posterior: LawPosterior; readonly weight: number }[];
  readonly reason: string;
  /** Where the answer holds in what was searched beside. */
  readonly beside: Readonly<Record<string, number>>;
  /** What belief and trials say of how the best rate moves with each size that differs between them. */
  readonly exponents?: Readonly<Record<string, Normal>>;
}

/**
 * Sweeps, a batch size with several learning rates each, give a best rate each, and laws are fitted to
 * these. Scattered trials, hardly two of one batch size, go into one model. Trials of several sizes give
 * best rates each, and one power law holds them together.
 * @param trials ≥ 1, of finite values
 * @param axes the sizes that differ between them
 */
export function rateModel(
  trials: readonly RateTrial[],
  exponent: Normal,
  axes: readonly SizeAxis[] = [],
): RateModel {
  if (axes.length > 0) return sizedModel(trials, exponent, axes);
  return isScattered(trials) ? scatteredModel(trials, exponent) : sweptModel(trials, exponent);
}

function sizedModel(
  trials: readonly RateTrial[],
  exponent: Normal,
  axes: readonly SizeAxis[],
): RateModel {
  const { posterior, rates, exponents } = fitSized(trials, exponent, axes);
  const names = axes.map(({ name }) => name).join(" and ");
  return {
    rates,
    chosen: posterior,
    compared: [posterior],
    weighted: [{ posterior, weight: 1 }],
    reason: `One power law of the batch size and ${names} through the best rates of each size.`,
    beside: {},
    exponents,
  };
}

function isScattered(trials: readonly RateTrial[]): boolean {
  const rates = new Map<number, Set<number>>();
  for (const { batchSize, learningRate } of trials) {
    rates.set(batchSize, (rates.get(batchSize) ?? new Set()).add(learningRate));
  }
  const batchSizes = rates.size;
  const swept = trials.filter(({ batchSize }) => (rates.get(batchSize)?.size ?? 0) >= SWEEP).length;
  const distinct = new Set(trials.map((trial) => trial.learningRate)).size;
  // A grid's learning rates come again and again; random ones do not.
  const random = distinct > trials.length / 2 && batchSizes >= BATCH_SIZES_FOR_LAWS;
  return (
    random && trials.length >= LEAST_SCATTERED && (swept < trials.length / 2 || batchSizes > 12)
  );
}

function scatteredModel(trials: readonly RateTrial[], exponent: Normal): RateModel {
  const kinds: readonly LawKind[] = ["power", "saturating", "rootSaturating"];
  const { posteriors, rates, beside } = fitScattered(trials, exponent, kinds);
  const compared = [...posteriors].sort((a, b) => a.bic - b.bic);
  const [least, runnerUp] = compared;
  const weighted = weigh(compared, POWER_ODDS);
  const chosen = weighted.reduce((best, one) => (one.weight > best.weight ? one : best)).posterior;
  return {
    rates,
    chosen,
    compared,
    weighted,
    reason:
      `One model of ${trials.length} scattered trials; the laws answer by their BIC, a power law as ` +
      `${POWER_ODDS} to 1. Least is that of ${least.kind}, ` +
      `${(runnerUp.bic - least.bic).toFixed(1)} below ${runnerUp.kind}.`,
    beside,
  };
}

function sweptModel(trials: readonly RateTrial[], exponent: Normal): RateModel {
  const rates = bestRates(trials, exponent.mean);
  const power = lawPosterior("power", rates, exponent);
  if (rates.length < BATCH_SIZES_FOR_LAWS) {
    const reason =
      rates.length === 1
        ? `One batch size: no law can be fitted; the prior exponent ${describeExponent(exponent)} of B.`
        : `Two batch sizes: a power law between the trials' slope and the prior exponent ` +
          `${describeExponent(exponent)}; ${BATCH_SIZES_FOR_LAWS} would let laws be compared.`;
    return {
      rates,
      chosen: power,
      compared: rates.length === 1 ? [] : [power],
      weighted: [{ posterior: power, weight: 1 }],
      reason,
      beside: {},
    };
  }
  const kinds: readonly LawKind[] = ["saturating", "rootSaturating", "surge"];
  const all = [power, ...kinds.map((kind) => lawPosterior(kind, rates, exponent))];
  const bic = Object.fromEntries(all.map((p) => [p.kind, p.bic])) as Record<LawKind, number>;
  const verdict = surgeGate(rates.length, bic);
  const compared = [...all].sort((a, b) => a.bic - b.bic);
  const allowed = compared.filter((p) => p.kind !== "surge" || verdict === "adopted");
  const [chosen, runnerUp] = allowed;
  return {
    rates,
    chosen,
    compared,
    weighted: weigh(allowed),
    reason:
      `Least BIC of ${rates.length} batch sizes: ${chosen.kind}, ` +
      `${(runnerUp.bic - chosen.bic).toFixed(1)} below ${runnerUp.kind}; laws answer by their BIC. ` +
      `${surgeReason(verdict)} The answer adds how its nearest batch sizes lie off the laws.`,
    beside: {},
  };
}

/**
 * @param laws least BIC first
 * @param powerOdds how many times as likely as each other one a power law is before the trials speak
 */
function weigh(laws: readonly LawPosterior[], powerOdds = 1): RateModel["weighted"] {
  const shares = laws.map(
    ({ kind, bic }) => (kind === "power" ? powerOdds : 1) * Math.exp((laws[0].bic - bic) / 2),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  return laws.map((posterior, i) => ({ posterior, weight: shares[i] / total }));
}

function surgeReason(verdict: LawChoice["surge"]): string {
  if (verdict === "adopted") return "The surge beat both of its rivals by 6.";
  return verdict === "tooFewBatchSizes"
    ? `The surge is not considered below ${SURGE_BATCH_SIZES} batch sizes.`
    : "The surge did not beat both of its rivals by 6.";
}
