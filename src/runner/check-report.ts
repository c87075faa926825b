import { HpoError } from "../errors/errors.ts";

/** @throws HpoError unless the value is a number (NaN is one) and the step an integer ≥ 0. */
export function checkReport(value: unknown, step: unknown): void {
  if (typeof value !== "number") {
    throw new HpoError(
      `report: the value ${String(value)} at step ${String(step)} is a ${typeof value}, no number. Report the metric's number.`,
    );
  }
  checkStep("report", step);
}

/** @throws HpoError unless the step is an integer ≥ 0. */
export function checkStep(caller: "report" | "log", step: unknown): void {
  if (!Number.isSafeInteger(step) || (step as number) < 0) {
    throw new HpoError(
      `${caller}: step=${String(step)} is no integer ≥ 0. Count epochs or batches from 0.`,
    );
  }
}
