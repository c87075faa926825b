import { shown } from "../errors/shown.ts";
import { mustBe, requireInteger } from "../errors/checks.ts";

/** @throws HpoError unless the value is a number (NaN is one) and the step an integer ≥ 0. */
export function checkReport(value: unknown, step: unknown): void {
  if (typeof value !== "number") {
    throw mustBe(`report: at step ${shown(step)}, value`, value, "a number", "Report the metric.");
  }
  checkStep("report", step);
}

/** @throws HpoError unless the step is an integer ≥ 0. */
export function checkStep(caller: "report" | "log", step: unknown): void {
  requireInteger(`${caller}: step`, step, 0, "Count epochs or batches from 0.");
}
