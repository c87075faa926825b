import { HpoError } from "../errors/errors.ts";
import type { CategoricalDistribution, Distribution, Scalar } from "./distribution.ts";

/**
 * Same kind, range, scale, step and choices.
 *
 * @example
 * ```ts
 * import { floatDistribution, sameDistribution } from "hpo";
 *
 * sameDistribution(floatDistribution(0, 1), floatDistribution(0, 1)); // true
 * sameDistribution(floatDistribution(0, 1), floatDistribution(0, 2)); // false
 * ```
 */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a.kind === "categorical") {
    return (
      b.kind === "categorical" &&
      a.choices.length === b.choices.length &&
      a.choices.every((choice, index) => choice === b.choices[index])
    );
  }
  return (
    b.kind === a.kind &&
    a.low === b.low &&
    a.high === b.high &&
    a.log === b.log &&
    a.step === b.step
  );
}

/**
 * Whether a parameter may go from one distribution to the other within a study: ranges may move,
 * the kind and a categorical's choices may not.
 * @throws HpoError naming the parameter and what changed.
 *
 * @example
 * ```ts
 * import { checkCompatible, floatDistribution } from "hpo";
 *
 * // Says nothing: a range may move. To an intDistribution it would throw.
 * checkCompatible("lr", floatDistribution(1e-4, 1), floatDistribution(1e-5, 0.1));
 * ```
 */
export function checkCompatible(name: string, before: Distribution, now: Distribution): void {
  if (before.kind !== now.kind) {
    throw new HpoError(
      `Parameter "${name}" was ${before.kind} in this study and is now ${now.kind}. ` +
        "Give the parameter a new name or start a new study.",
    );
  }
  if (now.kind === "categorical" && !sameDistribution(before, now)) {
    throw new HpoError(
      `The choices of "${name}" were ${show((before as CategoricalDistribution).choices)} in this ` +
        `study and are now ${show(now.choices)}; a study's choices are fixed. ` +
        "Give the parameter a new name or start a new study.",
    );
  }
}

/**
 * A distribution in a line, as `hpo study show` prints it.
 *
 * @example
 * ```ts
 * import { describeDistribution, floatDistribution } from "hpo";
 *
 * describeDistribution(floatDistribution(1e-4, 1, { log: true })); // float 0.0001 … 1, log
 * ```
 */
export function describeDistribution(distribution: Distribution): string {
  if (distribution.kind === "categorical") return `one of ${show(distribution.choices)}`;
  const { kind, low, high, log, step } = distribution;
  const scale = log ? ", log" : "";
  const grid = step !== undefined && (kind === "float" || step !== 1) ? `, step ${step}` : "";
  return `${kind} ${low} … ${high}${scale}${grid}`;
}

const show = (choices: readonly Scalar[]): string => JSON.stringify(choices);
