import { HpoError } from "../errors/errors.ts";
import type { Distribution, Scalar } from "../space/distribution.ts";

/**
 * A parameter's value as a number, as Optuna stores it: itself, or a categorical's index.
 * @throws HpoError without a distribution, or if the value is not of its kind.
 */
export function internalValue(
  name: string,
  value: Scalar,
  distribution: Distribution | undefined,
): number {
  if (distribution === undefined) {
    throw new HpoError(
      `Parameter "${name}" (${JSON.stringify(value)}) comes without a distribution. ` +
        "Give the one that it was drawn from.",
    );
  }
  if (distribution.kind === "categorical") {
    const index = distribution.choices.indexOf(value);
    if (index >= 0) return index;
    throw new HpoError(
      `Parameter "${name}": ${JSON.stringify(value)} is none of ` +
        `${JSON.stringify(distribution.choices)}. Give one of the choices.`,
    );
  }
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  throw new HpoError(`Parameter "${name}": ${String(value)} is no number. Give one.`);
}
