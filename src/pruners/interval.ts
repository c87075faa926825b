import type { Report } from "../contracts/trial.ts";

/** Whether the last report is the first one of its interval: [warm-up + k·interval, next). */
export function isFirstInInterval(
  reports: readonly Report[],
  warmupSteps: number,
  intervalSteps: number,
): boolean {
  const { step } = reports[reports.length - 1];
  const start = Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
  return (reports.at(-2)?.step ?? -1) < start;
}
