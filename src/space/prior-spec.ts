import {
  requireFinite,
  requireNonNegative,
  requireNumber,
  requirePositive,
} from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import { NUMBERS } from "../errors/number-kinds.ts";
import { contains, type Distribution, type Scalar } from "./distribution.ts";
import { counted } from "../errors/counted.ts";

/** What a user believes about a parameter's best value, before any trial. */
export type PriorSpec =
  | { readonly kind: "logNormal"; readonly median: number; readonly factor: number }
  | { readonly kind: "normal"; readonly mean: number; readonly sd: number }
  | { readonly kind: "beta"; readonly a: number; readonly b: number }
  | { readonly kind: "density"; readonly points: readonly (readonly [number, number])[] }
  | { readonly kind: "weights"; readonly weights: readonly (readonly [Scalar, number])[] };

/**
 * ln x ~ N(ln median, (ln factor)²): two thirds of the weight lie within median ×÷ factor.
 * @throws HpoError unless median > 0 and factor > 1
 *
 * @example
 * ```ts
 * import { float, logNormal, searchSpace } from "hpo";
 *
 * // Two thirds of the belief between 1e-4 and 9e-4.
 * const lr = float(1e-6, 1, { log: true, prior: logNormal(3e-4, 3) });
 * const space = searchSpace({ lr });
 * ```
 */
export function logNormal(median: number, factor: number): PriorSpec {
  requirePositive("logNormal: median", median);
  requireNumber("logNormal: factor", factor, NUMBERS.aboveOne, '2 says "within a factor of 2".');
  return { kind: "logNormal", median, factor };
}

/**
 * x ~ N(mean, sd²), in the parameter's own units.
 * @throws HpoError unless mean is finite and sd > 0
 *
 * @example
 * ```ts
 * import { float, normal, searchSpace } from "hpo";
 *
 * const space = searchSpace({ temperature: float(0, 2, { prior: normal(1, 0.25) }) });
 * ```
 */
export function normal(mean: number, sd: number): PriorSpec {
  requireFinite("normal: mean", mean);
  requirePositive("normal: sd", sd);
  return { kind: "normal", mean, sd };
}

/**
 * Beta(a, b) over the parameter's range, on its own scale (logarithmic if it is).
 * @throws HpoError unless a > 0 and b > 0
 *
 * @example
 * ```ts
 * import { beta, float, searchSpace } from "hpo";
 *
 * const space = searchSpace({ dropout: float(0, 0.8, { prior: beta(2, 5) }) }); // rather small
 * ```
 */
export function beta(a: number, b: number): PriorSpec {
  requirePositive("beta: a", a);
  requirePositive("beta: b", b);
  return { kind: "beta", a, b };
}

/**
 * A density at some values, linear between them on the parameter's scale, none beyond them.
 * @throws HpoError unless there are at least two points, by ascending value, with weights ≥ 0
 *
 * @example
 * ```ts
 * import { density, float, searchSpace } from "hpo";
 *
 * // As likely from 0.5 to 0.9, and less and less down to 0.
 * const prior = density([[0, 0], [0.5, 1], [0.9, 1]]);
 * const space = searchSpace({ momentum: float(0, 0.99, { prior }) });
 * ```
 */
export function density(points: readonly (readonly [number, number])[]): PriorSpec {
  if (points.length < 2) {
    throw new HpoError(`density: ${counted(points.length, "point")} given, at least 2 are needed.`);
  }
  for (const [index, [value, weight]] of points.entries()) {
    requireFinite(`density: the value of point ${index}`, value);
    requireNonNegative(`density: the weight of point ${index}`, weight);
    if (index > 0 && !(value > points[index - 1][0])) {
      throw new HpoError(`density: value ${value} does not lie above the one before. Sort them.`);
    }
  }
  return { kind: "density", points: points.map(([value, weight]) => [value, weight] as const) };
}

/**
 * Relative weights of a categorical's choices; a choice left out has weight 0.
 * @throws HpoError on a weight below 0
 *
 * @example
 * ```ts
 * import { categorical, searchSpace, weights } from "hpo";
 *
 * const prior = weights([[18, 1], [50, 3]]); // 50 is thrice as likely, 101 gets the even share alone
 * const space = searchSpace({ depth: categorical([18, 50, 101], { prior }) });
 * ```
 */
export function weights(entries: readonly (readonly [Scalar, number])[]): PriorSpec;
export function weights(entries: Readonly<Record<string, number>>): PriorSpec;
export function weights(
  entries: readonly (readonly [Scalar, number])[] | Readonly<Record<string, number>>,
): PriorSpec {
  const pairs: (readonly [Scalar, number])[] = Array.isArray(entries)
    ? [...(entries as readonly (readonly [Scalar, number])[])]
    : Object.entries(entries);
  for (const [choice, weight] of pairs) {
    requireNonNegative(`weights: the weight of ${JSON.stringify(choice)}`, weight);
  }
  return { kind: "weights", weights: pairs };
}

/** @throws HpoError if the prior is none for this kind of parameter. */
export function checkPrior(name: string, distribution: Distribution, prior: PriorSpec): void {
  const isChoice = distribution.kind === "categorical";
  if (prior.kind !== "weights") {
    if (isChoice) throw misfit(name, distribution, prior, "Use weights({ choice: weight, … }).");
    return;
  }
  if (!isChoice) throw misfit(name, distribution, prior, "Use logNormal, normal, beta or density.");
  const stray = prior.weights.find(([choice]) => !contains(distribution, choice));
  if (stray) {
    throw new HpoError(
      `"${name}": the prior weighs ${JSON.stringify(stray[0])}, which is no choice. ` +
        `The choices are ${JSON.stringify(distribution.choices)}.`,
    );
  }
}

const misfit = (name: string, { kind }: Distribution, prior: PriorSpec, remedy: string) =>
  new HpoError(`"${name}": a ${prior.kind} prior does not fit a ${kind}. ${remedy}`);
