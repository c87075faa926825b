import { HpoError } from "../errors/errors.ts";
import { toJson } from "./json.ts";
import type { Distribution, Scalar } from "../space/distribution.ts";

/**
 * The number that Optuna stores for a parameter's value: itself, or the index of a choice.
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
    const { choices, foreign } = distribution;
    const index = foreign ? indexAsJson(choices, value) : choices.indexOf(value);
    if (index >= 0) return index;
    throw new HpoError(
      `Parameter "${name}": ${JSON.stringify(value)} is none of ` +
        `${JSON.stringify(distribution.choices)}. Give one of the choices.`,
    );
  }
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  throw new HpoError(`Parameter "${name}": ${String(value)} is no number. Give one.`);
}

/** Finds a choice that may be a list or an object, by its JSON. */
function indexAsJson(choices: readonly unknown[], value: unknown): number {
  const wanted = toJson(value, "A choice");
  return choices.findIndex((choice) => toJson(choice, "A choice") === wanted);
}
