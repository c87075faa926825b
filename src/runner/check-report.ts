import { mustBe, requireInteger } from "../errors/checks.ts";
import { shown } from "../errors/shown.ts";

/** @throws HpoError unless the value is a number (NaN is one) and the step an integer ≥ 0. */
export function checkReport(value: unknown, step: unknown): void {
  if (typeof value !== "number") {
    throw mustBe(`report: at step ${shown(step)}, value`, value, "a number", "Report the metric.");
  }
  checkStep("report", step);
}

/** @throws HpoError unless the values are numbers by their names and the step an integer ≥ 0. */
export function checkLog(values: unknown, step: unknown): void {
  checkStep("log", step);
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw mustBe("log: values", values, "an object of numbers, such as { gradNorm: 0.3 }");
  }
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "number") continue;
    const input = `log: at step ${shown(step)}, "${name}"`;
    throw mustBe(input, value, "a number", "Keep anything else by setUserAttr.");
  }
}

function checkStep(caller: "report" | "log", step: unknown): void {
  requireInteger(`${caller}: step`, step, 0, "Count epochs or batches from 0.");
}
