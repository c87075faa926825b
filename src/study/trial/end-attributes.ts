import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Attributes, Curves } from "../../contracts/trial.ts";
import type { AttributeChange, TrialChange, TrialEnd } from "../../contracts/storage.ts";
import { mustBe } from "../../errors/checks.ts";
import type { EndTimes } from "./trial-clock.ts";
import type { End } from "./trial-end.ts";

/** What a running trial keeps in memory until its end. */
export interface Gathered {
  readonly constraints: readonly number[] | undefined;
  readonly curves: Curves | undefined;
  /** The last part of its output. */
  readonly output: string;
}

/** The system attributes that are stored with the trial's end; undefined if there are none. */
export function endAttributes({ constraints, curves, output }: Gathered): Attributes | undefined {
  if (!constraints && !curves && output === "") return undefined;
  return {
    ...(constraints && { [ATTRIBUTE.constraints]: constraints }),
    ...(curves && { [ATTRIBUTE.curves]: curves }),
    ...(output !== "" && { [ATTRIBUTE.output]: output }),
  };
}

/** Copies the constraints. @throws HpoError unless they are a list of numbers */
export function checkedConstraints(input: string, values: unknown): readonly number[] {
  const isList = Array.isArray(values);
  if (isList && values.every((value) => typeof value === "number" && !Number.isNaN(value))) {
    return [...(values as readonly number[])];
  }
  throw mustBe(input, values, "a list of numbers, ≤ 0 where feasible");
}

/** How a trial's end is stored, with what else is written of it. */
export function storedEnd(change: TrialChange, end: End, times: EndTimes): TrialEnd {
  // Field by field: spreading costs several times as much, once per trial.
  const { params, distributions, reports } = change;
  const attributes = withFailure(change.attributes, end);
  const values = end.state === "failed" ? undefined : end.values;
  const { lateStart: startedAt, completedAt } = times;
  const { state } = end;
  return { params, distributions, reports, attributes, state, values, startedAt, completedAt };
}

/** Adds the failure's reason as an attribute, as Optuna's schema has no column for it. */
export const withFailure = (
  attributes: AttributeChange | undefined,
  end: End,
): AttributeChange | undefined =>
  end.state === "failed"
    ? { ...attributes, system: { ...attributes?.system, [ATTRIBUTE.failure]: end.failure } }
    : attributes;
