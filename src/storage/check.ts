import { HpoError } from "../errors/errors.ts";
import type { Report } from "../contracts/trial.ts";

/** @throws HpoError if a value is NaN, which no database of Optuna's holds. */
export function checkValues(values: readonly number[] | undefined): void {
  if (values?.some((value) => typeof value !== "number" || Number.isNaN(value))) {
    throw new HpoError(
      `A trial's values are numbers, got [${values.join(", ")}]. ` +
        "A trial without a number as its result has failed.",
    );
  }
}

/** @throws HpoError if a step is no integer ≥ 0 or a value no number; NaN is one. */
export function checkReports(reports: readonly Report[] | undefined): void {
  for (const { step, value } of reports ?? []) {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new HpoError(`A report's step is an integer ≥ 0, got ${step}. Count steps from 0.`);
    }
    if (typeof value !== "number") {
      throw new HpoError(`The report at step ${step} is ${String(value)}. Report a number.`);
    }
  }
}
