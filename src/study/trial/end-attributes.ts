import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Attributes, Curves } from "../../contracts/trial.ts";
import type { AttributeChange } from "../../contracts/storage.ts";
import { HpoError } from "../../errors/errors.ts";
import type { End } from "./trial-end.ts";

/** What a trial gathered in memory. */
export interface Gathered {
  readonly constraints: readonly number[] | undefined;
  readonly curves: Curves | undefined;
  /** The end of what it printed. */
  readonly output: string;
}

/** What is kept of it with the trial's end; undefined if there is nothing. */
export function endAttributes({ constraints, curves, output }: Gathered): Attributes | undefined {
  if (!constraints && !curves && output === "") return undefined;
  return {
    ...(constraints && { [ATTRIBUTE.constraints]: constraints }),
    ...(curves && { [ATTRIBUTE.curves]: curves }),
    ...(output !== "" && { [ATTRIBUTE.output]: output }),
  };
}

/** A copy. @throws HpoError unless they are numbers */
export function checkedConstraints(values: readonly number[]): readonly number[] {
  if (values.every((value) => typeof value === "number" && !Number.isNaN(value))) {
    return [...values];
  }
  throw new HpoError(`setConstraints([${values.join(", ")}]): give numbers, ≤ 0 where feasible.`);
}

/** The reason of a failure is kept as an attribute: Optuna's schema has no column for it. */
export const withFailure = (
  attributes: AttributeChange | undefined,
  end: End,
): AttributeChange | undefined =>
  end.state === "failed"
    ? { ...attributes, system: { ...attributes?.system, [ATTRIBUTE.failure]: end.failure } }
    : attributes;
