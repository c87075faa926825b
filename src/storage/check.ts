import { mustBe, requireInteger } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import type { Report } from "../contracts/trial.ts";

/** @throws HpoError if a value is NaN, which Optuna's schema can't hold. */
export function checkValues(values: readonly number[] | undefined): void {
  if (values?.some((value) => typeof value !== "number" || Number.isNaN(value))) {
    throw new HpoError(
      `A trial's values are numbers, got [${values.join(", ")}]. ` +
        "A trial without a number as its result has failed.",
    );
  }
}

/** @throws HpoError unless each step is an integer ≥ 0 and each value a number, NaN included. */
export function checkReports(reports: readonly Report[] | undefined): void {
  for (const { step, value } of reports ?? []) {
    requireInteger("report: step", step, 0, "Count steps from 0.");
    if (typeof value !== "number")
      throw mustBe(`report: at step ${step}, value`, value, "a number");
  }
}
