import { believedExponent, budgetOf, type Budget } from "./budget.ts";
import type { BestRate, RateTrial } from "./best-rates.ts";
import { mixtureQuantile, type LawPosterior } from "./law-posterior.ts";
import { rateModel, type RateModel } from "./rate-model.ts";
import type { RateRecommendation, ScaleOptions } from "./rate-recommendation.ts";
import { linearRule, squareRootRule } from "./rescale.ts";
import { groupsOfSize, sizeMove, taughtNote, type SizeMove } from "./size.ts";
import { mustBe, requireAtLeast, requirePositive } from "../../errors/checks.ts";
import { counted } from "../../errors/counted.ts";

/** 90 %: 5 % on either side. */
const TAIL = 0.05;
/** Trials of about one size, at least: their best is the measure of the others. */
const LEAST_OF_SIZE = 4;

/**
 * Recommends a learning rate for another batch size, width, depth or number of samples from trials at
 * others. From sweeps it finds the best learning rate per batch size and fits laws of B to them; to
 * scattered trials, and to those of several sizes, it fits one model that also holds what was searched
 * beside. The laws answer by their BIC, and the interval holds the fit's, the laws' and the trainings'
 * own uncertainty. Over a size that all trials share, belief alone decides (`sizeExponent`).
 *
 * With 1 or 2 batch sizes no law can be told from another: a power law then, whose exponent is (1)
 * or leans on (2) the prior for this kind of optimizer and budget; the result says so.
 *
 * @throws HpoError without a single finite trial, or if a size in `to` is not known of the trials
 *
 * @example
 * ```ts
 * import { recommendRate } from "hpo/theory";
 *
 * const trials = [1e-4, 3e-4, 1e-3, 3e-3].map((learningRate) => ({
 *   learningRate,
 *   batchSize: 32,
 *   value: Math.log(learningRate / 1e-3) ** 2,
 * }));
 * const wide = { from: { width: 256 }, to: { width: 1024 }, parametrization: "mup" } as const;
 * const { learningRate, interval } = recommendRate(trials, { toBatch: 32, family: "adam", ...wide });
 * ```
 */
export function recommendRate(
  trials: readonly RateTrial[],
  options: ScaleOptions,
): RateRecommendation {
  requirePositive("toBatch", options.toBatch);
  const { toBatch } = options;
  const { finite, used, budget, model, move, law, at } = modelOf(trials, options);
  const { rates } = model;
  const nearest = nearestRate(rates, toBatch);
  return {
    batchSize: toBatch,
    ...(options.to && { size: options.to }),
    ...at(toBatch),
    law,
    beside: model.beside,
    reason: model.reason,
    laws: model.compared.map((posterior) => ({
      law: posterior.law,
      bic: posterior.bic,
      learningRate: Math.exp(meanOf(posterior.predict(toBatch))),
    })),
    rates,
    budget,
    linear: linearRule(nearest.learningRate, nearest.batchSize, toBatch),
    squareRoot: squareRootRule(nearest.learningRate, nearest.batchSize, toBatch),
    constant: nearest.learningRate,
    notes: [
      ...sizeNotes(finite, used, move, model),
      ...notesOn(trials, used, rates, budget, toBatch),
    ],
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
  const { model, law, at } = modelOf(trials, options);
  return { rates: model.rates, law, at };
}

function modelOf(trials: readonly RateTrial[], options: Omit<ScaleOptions, "toBatch">) {
  const finite = checkTrials(trials);
  const used = ofLikeSize(finite, options);
  const move = sizeMove(used, options);
  const budget = budgetFor(used, options);
  const exponent = believedExponent(options.family ?? "other", budget);
  const model = rateModel(used, exponent, move.fitted);
  const law: RateRecommendation["law"] =
    model.rates.length === 1
      ? { kind: "priorExponent", exponent: exponent.mean }
      : model.chosen.law;
  const at: RateCurve["at"] = (batchSize) => {
    const mixture = model.weighted.flatMap(({ posterior, weight }) =>
      posterior.predict(batchSize).map((part) => ({
        mean: part.mean + move.shift.mean,
        sd: Math.hypot(part.sd, move.shift.sd),
        weight: part.weight * weight,
      })),
    );
    const center = meanOf(mixture);
    return {
      learningRate: Math.exp(center),
      interval: [
        Math.exp(Math.min(center, mixtureQuantile(mixture, TAIL))),
        Math.exp(Math.max(center, mixtureQuantile(mixture, 1 - TAIL))),
      ],
    };
  };
  return { finite, used, budget, model, move, law, at };
}

/** Samples that are asked for are what runs at other batch sizes have in common. */
function budgetFor(
  trials: readonly RateTrial[],
  { budget, to }: Pick<ScaleOptions, "budget" | "to">,
) {
  if (to?.samples === undefined) return budget ?? budgetOf(trials);
  if (budget === "fixedSteps") {
    throw mustBe("budget", budget, '"fixedSamples" where to.samples is given', "Leave one out.");
  }
  return "fixedSamples";
}

/** Without the trials of a size that hardly another trial has: nothing tells how good they are. */
function ofLikeSize(
  trials: readonly RateTrial[],
  options: Pick<ScaleOptions, "to" | "from">,
): readonly RateTrial[] {
  const { fitted } = sizeMove(trials, options);
  if (fitted.length === 0) return trials;
  const groups = groupsOfSize(fitted, trials.length);
  const kept = groups.filter((group) => group.length >= LEAST_OF_SIZE).flat();
  return kept.length === 0 ? trials : kept.sort((a, b) => a - b).map((i) => trials[i]);
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

const meanOf = (parts: ReturnType<LawPosterior["predict"]>): number =>
  parts.reduce((sum, part) => sum + part.weight * part.mean, 0);

function nearestRate(rates: readonly BestRate[], batchSize: number): BestRate {
  const distance = (rate: BestRate): number => Math.abs(Math.log(rate.batchSize / batchSize));
  return rates.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
}

function sizeNotes(
  finite: readonly RateTrial[],
  used: readonly RateTrial[],
  move: SizeMove,
  model: RateModel,
): string[] {
  const alone = finite.length - used.length;
  const taught = Object.entries(model.exponents ?? {}).map(([name, exponent]) =>
    taughtNote(name, exponent),
  );
  return [
    ...(alone > 0
      ? [
          `Left out: ${counted(alone, "trial")}, as fewer than ${LEAST_OF_SIZE} are of about their size.`,
        ]
      : []),
    ...move.notes,
    ...taught,
  ];
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
  if (diverged > 0) notes.push(`Left out of the fit: ${counted(diverged, "diverged trial")}.`);
  const unused = finite.length - rates.reduce((sum, rate) => sum + rate.trials, 0);
  if (unused > 0) {
    notes.push(`Not used: ${counted(unused, "trial")} far from the best of their batch size.`);
  }
  if (budget === "mixed") {
    notes.push("Trials share neither steps nor samples; the best learning rate depends on both.");
  }
  const edge = rates.filter((rate) => rate.atEdge && rate.kind !== "single");
  if (edge.length > 0) {
    const sizes = edge.map((rate) => Number(rate.batchSize.toPrecision(4))).join(", ");
    notes.push(`At batch size ${sizes} the best trial is at an end of those tried: widen it.`);
  }
  const tried = finite.map((trial) => trial.learningRate);
  const [low, high] = [Math.min(...tried), Math.max(...tried)];
  const beyond = rates.filter(({ learningRate }) => learningRate < low || learningRate > high);
  if (beyond.length > 0) {
    const sizes = beyond.map((rate) => Number(rate.batchSize.toPrecision(4))).join(", ");
    notes.push(
      `At batch size ${sizes} the best learning rate lies beyond those tried, ` +
        `${Number(low.toPrecision(3))} to ${Number(high.toPrecision(3))}: try it before you rely on it.`,
    );
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
