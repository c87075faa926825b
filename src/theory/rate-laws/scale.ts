import { believedExponent, budgetOf, type Budget } from "./budget.ts";
import { bestRates, type BestRate, type RateTrial } from "./best-rates.ts";
import { SURGE_BATCH_SIZES, surgeGate, type LawChoice } from "./law-choice.ts";
import { lawPosterior, mixtureQuantile, type LawPosterior } from "./law-posterior.ts";
import type { Normal } from "../../numerics/normal.ts";
import { describeExponent } from "./known-rate.ts";
import type { LawKind } from "./rate-law.ts";
import type { RateRecommendation, ScaleOptions } from "./rate-recommendation.ts";
import { linearRule, squareRootRule } from "./rescale.ts";
import { requireAtLeast, requirePositive } from "../../errors/checks.ts";

/** 90 %: 5 % on either side. */
const TAIL = 0.05;
/** Laws are compared from this many batch sizes on; below, the exponent's prior decides. */
const BATCH_SIZES_FOR_LAWS = 3;

/**
 * Recommends a learning rate for another batch size from trials at others: it finds the best
 * learning rate per batch size, fits laws of B to them, chooses by BIC, corrects the law's rate by
 * how its nearest batch sizes lie off it, and gives an interval that holds the fit's, the law's and
 * the sweeps' own uncertainty.
 *
 * With 1 or 2 batch sizes no law can be told from another: a power law then, whose exponent is (1)
 * or leans on (2) the prior for this kind of optimizer and budget; the result says so.
 *
 * @throws HpoError without a single finite trial
 */
export function recommendRate(
  trials: readonly RateTrial[],
  options: ScaleOptions,
): RateRecommendation {
  requirePositive("toBatch", options.toBatch);
  const { toBatch } = options;
  const { finite, budget, rates, laws, law, at } = rateModel(trials, options);
  const nearest = nearestRate(rates, toBatch);
  return {
    batchSize: toBatch,
    ...at(toBatch),
    law,
    reason: laws.reason,
    laws: laws.compared.map((posterior) => ({
      law: posterior.law,
      bic: posterior.bic,
      learningRate: Math.exp(meanOf(posterior.predict(toBatch))),
    })),
    rates,
    budget,
    linear: linearRule(nearest.learningRate, nearest.batchSize, toBatch),
    squareRoot: squareRootRule(nearest.learningRate, nearest.batchSize, toBatch),
    constant: nearest.learningRate,
    notes: notesOn(trials, finite, rates, budget, toBatch),
  };
}

/** The best learning rate by the batch size, as trials tell it. */
export interface RateCurve {
  /** The best learning rate found at each batch size. */
  readonly rates: readonly BestRate[];
  /** The law that was used. */
  readonly law: RateRecommendation["law"];
  /** The learning rate at a batch size > 0, and the interval that holds the best one with probability .9. */
  readonly at: (batchSize: number) => Pick<RateRecommendation, "learningRate" | "interval">;
}

/**
 * As `recommendRate`, for many batch sizes from one fit.
 * @throws HpoError without a single finite trial
 */
export function rateCurve(
  trials: readonly RateTrial[],
  options: Omit<ScaleOptions, "toBatch"> = {},
): RateCurve {
  const { rates, law, at } = rateModel(trials, options);
  return { rates, law, at };
}

function rateModel(trials: readonly RateTrial[], options: Omit<ScaleOptions, "toBatch">) {
  const finite = checkTrials(trials);
  const budget = options.budget ?? budgetOf(finite);
  const exponent = believedExponent(options.family ?? "other", budget);
  const rates = bestRates(finite, exponent.mean);
  const laws = choose(rates, exponent);
  const law: RateRecommendation["law"] =
    rates.length === 1 ? { kind: "priorExponent", exponent: exponent.mean } : laws.chosen.law;
  const at: RateCurve["at"] = (batchSize) => {
    const mixture = laws.weighted.flatMap(({ posterior, weight }) =>
      posterior.predict(batchSize).map((part) => ({ ...part, weight: part.weight * weight })),
    );
    const center = meanOf(laws.chosen.predict(batchSize));
    return {
      learningRate: Math.exp(center),
      interval: [
        Math.exp(Math.min(center, mixtureQuantile(mixture, TAIL))),
        Math.exp(Math.max(center, mixtureQuantile(mixture, 1 - TAIL))),
      ],
    };
  };
  return { finite, budget, rates, laws, law, at };
}

function checkTrials(trials: readonly RateTrial[]): readonly RateTrial[] {
  for (const { learningRate, batchSize, steps, samples } of trials) {
    requirePositive("learningRate", learningRate);
    requirePositive("batchSize", batchSize);
    if (steps !== undefined) requirePositive("steps", steps);
    if (samples !== undefined) requirePositive("samples", samples);
  }
  const finite = trials.filter((trial) => Number.isFinite(trial.value));
  requireAtLeast("trials with a finite value", finite, 1);
  return finite;
}

function choose(rates: readonly BestRate[], exponent: Normal) {
  const power = lawPosterior("power", rates, exponent);
  if (rates.length < BATCH_SIZES_FOR_LAWS) {
    const reason =
      rates.length === 1
        ? `One batch size: no law can be fitted; the prior exponent ${describeExponent(exponent)} of B.`
        : `Two batch sizes: a power law between the trials' slope and the prior exponent ` +
          `${describeExponent(exponent)}; ${BATCH_SIZES_FOR_LAWS} would let laws be compared.`;
    return {
      chosen: power,
      compared: rates.length === 1 ? [] : [power],
      reason,
      weighted: [{ posterior: power, weight: 1 }],
    };
  }
  const kinds: readonly LawKind[] = ["saturating", "rootSaturating", "surge"];
  const all = [power, ...kinds.map((kind) => lawPosterior(kind, rates, exponent))];
  const bic = Object.fromEntries(all.map((p) => [p.kind, p.bic])) as Record<LawKind, number>;
  const verdict = surgeGate(rates.length, bic);
  const compared = [...all].sort((a, b) => a.bic - b.bic);
  const allowed = compared.filter((p) => p.kind !== "surge" || verdict === "adopted");
  const [chosen, runnerUp] = allowed;
  const shares = allowed.map((p) => Math.exp((chosen.bic - p.bic) / 2));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    chosen,
    compared,
    reason:
      `Least BIC of ${rates.length} batch sizes: ${chosen.kind}, ` +
      `${(runnerUp.bic - chosen.bic).toFixed(1)} below ${runnerUp.kind}. ${surgeReason(verdict)} ` +
      "The answer adds how its nearest batch sizes lie off the law.",
    weighted: allowed.map((posterior, i) => ({ posterior, weight: shares[i] / total })),
  };
}

function surgeReason(verdict: LawChoice["surge"]): string {
  if (verdict === "adopted") return "The surge beat both of its rivals by 6.";
  return verdict === "tooFewBatchSizes"
    ? `The surge is not considered below ${SURGE_BATCH_SIZES} batch sizes.`
    : "The surge did not beat both of its rivals by 6.";
}

const meanOf = (parts: ReturnType<LawPosterior["predict"]>): number =>
  parts.reduce((sum, part) => sum + part.weight * part.mean, 0);

function nearestRate(rates: readonly BestRate[], batchSize: number): BestRate {
  const distance = (rate: BestRate): number => Math.abs(Math.log(rate.batchSize / batchSize));
  return rates.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
}

function notesOn(
  trials: readonly RateTrial[],
  finite: readonly RateTrial[],
  rates: readonly BestRate[],
  budget: Budget,
  toBatch: number,
): string[] {
  const notes: string[] = [];
  const diverged = trials.length - finite.length;
  if (diverged > 0) notes.push(`${diverged} diverged trials are left out of the fit.`);
  const unused = finite.length - rates.reduce((sum, rate) => sum + rate.trials, 0);
  if (unused > 0) notes.push(`${unused} trials far from their batch size's best are not used.`);
  if (budget === "mixed") {
    notes.push("Trials share neither steps nor samples; the best learning rate depends on both.");
  }
  const edge = rates.filter((rate) => rate.atEdge && rate.kind !== "single");
  if (edge.length > 0) {
    const sizes = edge.map((rate) => Number(rate.batchSize.toPrecision(4))).join(", ");
    notes.push(`At batch size ${sizes} the best trial is at an end of those tried: widen it.`);
  }
  if (rates.some((rate) => rate.kind === "single")) {
    notes.push("Batch sizes with one learning rate are taken as tuned to a factor 1.6.");
  }
  if (rates.some((rate) => rate.kind === "flat")) {
    notes.push("All values are equal: the trials say nothing about the learning rate.");
  }
  const sizes = rates.map((rate) => rate.batchSize);
  if (toBatch > 4 * Math.max(...sizes) || toBatch < Math.min(...sizes) / 4) {
    notes.push(`${toBatch} is more than a factor 4 outside the batch sizes tried.`);
  }
  return notes;
}
