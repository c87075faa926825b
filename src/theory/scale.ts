import { bestRates, type BestRate, type RateTrial } from "./best-rates.ts";
import { SURGE_BATCH_SIZES, surgeGate, type LawChoice } from "./law-choice.ts";
import { lawPosterior, mixtureQuantile, type LawPosterior } from "./law-posterior.ts";
import {
  batchExponent,
  type BudgetKind,
  type Normal,
  type OptimizerFamily,
} from "./prior-knowledge.ts";
import type { LawKind, RateLaw } from "./rate-law.ts";
import { linearRule, squareRootRule } from "./rescale.ts";
import { requireAtLeast, requirePositive } from "./validate.ts";

export interface ScaleOptions {
  /** Where the learning rate is wanted. */
  readonly toBatch: number;
  /** Default "other": treated as Adam-like. */
  readonly family?: OptimizerFamily;
  /** What the runs had in common; default: read off the trials' steps and samples. */
  readonly budget?: BudgetKind;
}

export interface RateRecommendation {
  readonly batchSize: number;
  readonly learningRate: number;
  /** Holds the best learning rate with probability .9, as far as sweeps like this go. */
  readonly interval: readonly [low: number, high: number];
  /** The law that was used, and why it and no other. */
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
  readonly budget: BudgetKind | "mixed" | "unknown";
  /** The common rules from the nearest known batch size, to compare with. */
  readonly linear: number;
  readonly squareRoot: number;
  /** What the reader should doubt. */
  readonly notes: readonly string[];
}

/** 90 %: 5 % on either side. */
const TAIL = 0.05;
const Z90 = 1.6448536269514722;
/** Laws are compared from this many batch sizes on; below, the exponent's prior decides. */
const BATCH_SIZES_FOR_LAWS = 3;

/**
 * Recommends a learning rate for another batch size from trials at others: it finds the best
 * learning rate per batch size, fits laws of B to them, chooses by BIC, and gives an interval that
 * holds the fit's, the law's and the sweeps' own uncertainty.
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
  const finite = checkTrials(trials);
  const budget = options.budget ?? budgetOf(finite);
  const exponent = believedExponent(options.family ?? "other", budget);
  const rates = bestRates(finite, exponent.mean);
  const laws = choose(rates, exponent);
  const mixture = laws.weighted.flatMap(({ posterior, weight }) =>
    posterior.predict(options.toBatch).map((part) => ({ ...part, weight: part.weight * weight })),
  );
  const center = meanOf(laws.chosen.predict(options.toBatch));
  const nearest = nearestRate(rates, options.toBatch);
  return {
    batchSize: options.toBatch,
    learningRate: Math.exp(center),
    interval: [
      Math.exp(Math.min(center, mixtureQuantile(mixture, TAIL))),
      Math.exp(Math.max(center, mixtureQuantile(mixture, 1 - TAIL))),
    ],
    law: rates.length === 1 ? { kind: "priorExponent", exponent: exponent.mean } : laws.chosen.law,
    reason: laws.reason,
    laws: laws.compared.map((posterior) => ({
      law: posterior.law,
      bic: posterior.bic,
      learningRate: Math.exp(meanOf(posterior.predict(options.toBatch))),
    })),
    ...{ rates, budget },
    linear: linearRule(nearest.learningRate, nearest.batchSize, options.toBatch),
    squareRoot: squareRootRule(nearest.learningRate, nearest.batchSize, options.toBatch),
    notes: notesOn(trials, finite, rates, budget, options.toBatch),
  };
}

export interface KnownRate extends ScaleOptions {
  readonly learningRate: number;
  readonly fromBatch: number;
  /** B_noise or B_simple of the run, if measured (not at initialisation). */
  readonly noiseScale?: number;
}

/** Without trials: how far a learning rate that is called good is from the best [a choice]. */
const KNOWN_RATE_SD = 0.35;
/** sd of ln B_noise, at the least. */
const KNOWN_NOISE_SD = 1;

/**
 * Recommends from one known-good learning rate: with a noise scale, by the ratio of
 * (1 + B_noise/B)^(−p), p = 1 for SGD and ½ for Adam-like updates; without, by the prior's
 * exponent. Prefer {@link recommendRate} as soon as there are trials.
 */
export function recommendRateFrom(known: KnownRate): RateRecommendation {
  const { learningRate, fromBatch, toBatch, noiseScale, family = "other" } = known;
  requirePositive("learningRate", learningRate);
  requirePositive("fromBatch", fromBatch);
  requirePositive("toBatch", toBatch);
  if (noiseScale !== undefined) requirePositive("noiseScale", noiseScale);
  const budget = known.budget ?? "unknown";
  const exponent = believedExponent(family, budget);
  const move =
    noiseScale === undefined
      ? byExponent(exponent, Math.log(toBatch / fromBatch))
      : byNoiseScale(family, noiseScale, fromBatch, toBatch, exponent.sd);
  const center = Math.log(learningRate) + move.shift;
  const sd = Math.hypot(KNOWN_RATE_SD, move.sd);
  return {
    batchSize: toBatch,
    learningRate: Math.exp(center),
    interval: [Math.exp(center - Z90 * sd), Math.exp(center + Z90 * sd)],
    ...{ law: move.law, reason: move.reason, laws: [], rates: [], budget },
    linear: linearRule(learningRate, fromBatch, toBatch),
    squareRoot: squareRootRule(learningRate, fromBatch, toBatch),
    notes: [
      "No trials: the interval takes the given learning rate to be good to about a factor 1.4.",
    ],
  };
}

function byExponent(exponent: Normal, distance: number) {
  return {
    shift: exponent.mean * distance,
    sd: Math.abs(exponent.sd * distance),
    law: { kind: "priorExponent", exponent: exponent.mean } as const,
    reason: `No trials and no noise scale: the prior exponent ${describe(exponent)} of B.`,
  };
}

/** The law's slope is known only as well as B_noise (sd 1 of its log) and half the exponent's. */
function byNoiseScale(
  family: OptimizerFamily,
  noiseScale: number,
  fromBatch: number,
  toBatch: number,
  exponentSd: number,
) {
  const exponent = family === "sgd" || family === "heavyBall" ? 1 : 0.5;
  const at = (noise: number): number =>
    exponent * (Math.log1p(noise / fromBatch) - Math.log1p(noise / toBatch));
  const factor = Math.exp(KNOWN_NOISE_SD);
  const bySize = (at(noiseScale * factor) - at(noiseScale / factor)) / 2;
  const byForm = (exponentSd * Math.abs(Math.log(toBatch / fromBatch))) / 2;
  return {
    shift: at(noiseScale),
    sd: Math.hypot(bySize, byForm),
    law: { kind: "noiseScaleRatio", exponent, noiseScale } as const,
    reason:
      `No trials: the ratio of (1 + ${noiseScale}/B)^(-${exponent}), ` +
      `which is ${exponent === 1 ? "SGD's" : "the sign-like updates'"} one-step law.`,
  };
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

/** Which of samples and steps the runs share, to 10 %. */
export function budgetOf(trials: readonly RateTrial[]): RateRecommendation["budget"] {
  const samples = trials.map((t) => t.samples ?? (t.steps ?? NaN) * t.batchSize);
  const steps = trials.map((t) => t.steps ?? (t.samples ?? NaN) / t.batchSize);
  if (samples.some(Number.isNaN)) return "unknown";
  const same = (values: readonly number[]): boolean =>
    Math.max(...values) <= 1.1 * Math.min(...values);
  if (same(trials.map((trial) => trial.batchSize))) return "unknown";
  if (same(samples)) return "fixedSamples";
  return same(steps) ? "fixedSteps" : "mixed";
}

/** Where the budget is not known, between the two and wider. */
function believedExponent(family: OptimizerFamily, budget: RateRecommendation["budget"]): Normal {
  if (budget === "fixedSamples" || budget === "fixedSteps") return batchExponent(family, budget);
  const [samples, steps] = [
    batchExponent(family, "fixedSamples"),
    batchExponent(family, "fixedSteps"),
  ];
  const mean = (samples.mean + steps.mean) / 2;
  return { mean, sd: Math.hypot((samples.sd + steps.sd) / 2, (samples.mean - steps.mean) / 2) };
}

function choose(rates: readonly BestRate[], exponent: Normal) {
  const power = lawPosterior("power", rates, exponent);
  if (rates.length < BATCH_SIZES_FOR_LAWS) {
    const reason =
      rates.length === 1
        ? `One batch size: no law can be fitted; the prior exponent ${describe(exponent)} of B.`
        : `Two batch sizes: a power law between the trials' slope and the prior exponent ` +
          `${describe(exponent)}; ${BATCH_SIZES_FOR_LAWS} would let laws be compared.`;
    return {
      ...{ chosen: power, compared: rates.length === 1 ? [] : [power], reason },
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
    ...{ chosen, compared },
    reason:
      `Least BIC of ${rates.length} batch sizes: ${chosen.kind}, ` +
      `${(runnerUp.bic - chosen.bic).toFixed(1)} below ${runnerUp.kind}. ${surgeReason(verdict)}`,
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

const describe = ({ mean, sd }: Normal): string => `${mean.toFixed(2)} ± ${sd.toFixed(2)}`;

function nearestRate(rates: readonly BestRate[], batchSize: number): BestRate {
  const distance = (rate: BestRate): number => Math.abs(Math.log(rate.batchSize / batchSize));
  return rates.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
}

function notesOn(
  trials: readonly RateTrial[],
  finite: readonly RateTrial[],
  rates: readonly BestRate[],
  budget: RateRecommendation["budget"],
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
  const sizes = rates.map((rate) => rate.batchSize);
  if (toBatch > 4 * Math.max(...sizes) || toBatch < Math.min(...sizes) / 4) {
    notes.push(`${toBatch} is more than a factor 4 outside the batch sizes tried.`);
  }
  return notes;
}
