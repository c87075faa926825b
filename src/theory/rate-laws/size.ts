import { mustBe, requirePositive } from "../../errors/checks.ts";
import { HpoError } from "../../errors/errors.ts";
import type { Normal } from "../../numerics/normal.ts";
import type { OptimizerFamily } from "../prior/prior-knowledge.ts";
import type { RateTrial } from "./best-rates.ts";

// The best learning rate of a larger training: ln η* = law(B) + Σ e_k ln(x_k/x_k'), k = width, depth,
// samples, x' the size that is wanted. What is believed of e moves the answer where all trials are of one
// size; trials of several sizes correct it.

/** What a setting is carried over, besides the batch size. */
export const SIZES = ["width", "depth", "samples"] as const;
export type SizeName = (typeof SIZES)[number];

/** How large a training is: neurons of a layer, layers, examples (or tokens) seen; each > 0. */
export type TrainingSize = Readonly<Partial<Record<SizeName, number>>>;

/**
 * How the network's width is set. `standard`: initial weights of variance 1/width, one learning rate.
 * `mup`: maximal update parametrisation, whose best learning rate stays where it is as the width grows
 * (Yang et al. 2022, arXiv 2203.03466).
 */
export type Parametrization = "standard" | "mup";

/**
 * e, before any trial.
 * - Width, standard: between the exponents that keep updates of hidden layers stable when activations
 *   align with them fully, −1, or not at all, −½ (Everett et al. 2024, arXiv 2407.05872). SGD's −½ ± ½ is
 *   a choice.
 * - Depth: between 0 and the −½ of residual blocks whose updates add up (Yang et al. 2023,
 *   arXiv 2310.02244).
 * - Samples, at one batch size: −.32 of language models by Adam (Bjorck et al. 2024, arXiv 2409.19913).
 */
export function sizeExponent(
  name: SizeName,
  family: OptimizerFamily,
  parametrization: Parametrization,
): Normal {
  switch (name) {
    case "width":
      if (parametrization === "mup") return { mean: 0, sd: 0.15 };
      return family === "sgd" || family === "heavyBall"
        ? { mean: -0.5, sd: 0.5 }
        : { mean: -0.75, sd: 0.35 };
    case "depth":
      return { mean: -0.25, sd: 0.35 };
    case "samples":
      return { mean: -0.3, sd: 0.25 };
  }
}

export interface SizeOptions {
  /** The size that a learning rate is wanted for; what is left out is as in the trials. */
  readonly to?: TrainingSize;
  /** The trials' own size, where they do not say it. */
  readonly from?: TrainingSize;
  /** Default "standard". */
  readonly parametrization?: Parametrization;
  /** Default "other": treated as Adam-like. */
  readonly family?: OptimizerFamily;
}

/** A size that differs between trials. */
export interface SizeAxis {
  readonly name: SizeName;
  /** Per trial, z: ln of its size over the one that is wanted. */
  readonly values: readonly number[];
  /** e, before any trial. */
  readonly exponent: Normal;
}

/** How the answer moves from the trials' size to the one that is wanted. */
export interface SizeMove {
  /** Of the sizes that all trials share: the shift of ln η*, by belief alone. */
  readonly shift: Normal;
  /** Of those that differ between trials: fitted with the law. */
  readonly fitted: readonly SizeAxis[];
  /** What the answer takes for granted. */
  readonly notes: readonly string[];
}

/**
 * @param trials ≥ 1
 * @throws HpoError naming the size that is wanted and not known of the trials
 */
export function sizeMove(trials: readonly RateTrial[], options: SizeOptions): SizeMove {
  const { to = {}, family = "other", parametrization = "standard" } = options;
  const fitted: SizeAxis[] = [];
  const notes: string[] = [];
  let [mean, variance] = [0, 0];
  for (const name of SIZES) {
    const wanted = to[name];
    if (wanted === undefined) continue;
    requirePositive(`to.${name}`, wanted);
    const exponent = sizeExponent(name, family, parametrization);
    const values = trials.map((trial) => sizeOf(name, trial, options.from));
    const logs = values.map((value) => Math.log(value / wanted));
    if (new Set(values).size > 1) {
      fitted.push({ name, values: logs, exponent });
      continue;
    }
    mean -= exponent.mean * logs[0];
    variance += (exponent.sd * logs[0]) ** 2;
    if (logs[0] !== 0) notes.push(believedNote(name, values[0], wanted, exponent, parametrization));
  }
  return { shift: { mean, sd: Math.sqrt(variance) }, fitted, notes };
}

function sizeOf(name: SizeName, trial: RateTrial, from: TrainingSize = {}): number {
  const counted = trial.steps === undefined ? undefined : trial.steps * trial.batchSize;
  const value = trial[name] ?? from[name] ?? (name === "samples" ? counted : undefined);
  if (value === undefined) {
    throw new HpoError(
      `to.${name} asks for another ${name}, but that of the trials is not known. ` +
        `Give it with each trial, or for all of them: from.${name} (--from-${name}).`,
    );
  }
  if (!(value > 0 && value < Infinity)) {
    throw mustBe(`${name} of a trial`, value, "a finite number > 0", "Correct it.");
  }
  return value;
}

function believedNote(
  name: SizeName,
  from: number,
  to: number,
  { mean, sd }: Normal,
  parametrization: Parametrization,
): string {
  const how = name === "width" ? ` (${parametrization} parametrisation)` : "";
  return (
    `From ${name} ${short(from)} to ${short(to)} by belief alone: η ∝ ${name}^(${mean} ± ${sd})${how}. ` +
    `Trials of another ${name} would correct it.`
  );
}

/** What the trials taught of the exponents, in words. */
export const taughtNote = (name: string, exponent: Normal): string =>
  `Over ${name}, by belief and trials: η ∝ ${name}^(${exponent.mean.toFixed(2)} ± ${exponent.sd.toFixed(2)}).`;

/** Trials of like size, each within a factor of about √2: their indices. */
export function groupsOfSize(axes: readonly SizeAxis[], count: number): number[][] {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < count; i++) {
    const key = axes.map(({ values }) => Math.round(values[i] / Math.LN2)).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  return [...groups.values()];
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
