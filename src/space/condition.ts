import { HpoError } from "../errors/errors.ts";
import type { Scalar } from "./distribution.ts";

/** When a parameter exists: another, earlier one exists and its value passes the test. */
export type Condition =
  | { readonly parameter: string; readonly in: readonly Scalar[] }
  | ({ readonly parameter: string } & Bounds);

/** Limits of a number; all that are given must hold. */
export interface Bounds {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}

const BOUND_NAMES = ["gt", "gte", "lt", "lte"] as const;

/** Whether the value of the condition's parameter passes; a missing value never does. */
export function holds(condition: Condition, value: Scalar | undefined): boolean {
  if (value === undefined) return false;
  if ("in" in condition) return condition.in.includes(value);
  if (typeof value !== "number") return false;
  const { gt, gte, lt, lte } = condition;
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  );
}

/** @throws HpoError if the test of `.when(parameter, test)` is none. */
export function toCondition(
  parameter: string,
  test: Scalar | readonly Scalar[] | Bounds,
): Condition {
  if (Array.isArray(test)) return { parameter, in: [...(test as readonly Scalar[])] };
  if (typeof test !== "object" || test === null) return { parameter, in: [test] };
  const bounds = test as Bounds;
  const names = Object.keys(bounds);
  const wrong = names.find(
    (name) =>
      !(BOUND_NAMES as readonly string[]).includes(name) ||
      typeof bounds[name as keyof Bounds] !== "number",
  );
  if (wrong !== undefined || names.length === 0) {
    throw new HpoError(
      `when("${parameter}", ${JSON.stringify(test)}): expected a value, a list of values, or ` +
        `numbers under ${BOUND_NAMES.join(", ")}.`,
    );
  }
  return { parameter, ...bounds };
}

export function describeCondition(condition: Condition): string {
  if ("in" in condition) {
    const values = condition.in.map((value) => JSON.stringify(value));
    return values.length === 1
      ? `${condition.parameter} is ${values[0]}`
      : `${condition.parameter} is one of ${values.join(", ")}`;
  }
  const signs = { gt: ">", gte: "≥", lt: "<", lte: "≤" };
  return BOUND_NAMES.filter((name) => condition[name] !== undefined)
    .map((name) => `${condition.parameter} ${signs[name]} ${condition[name]}`)
    .join(" and ");
}
