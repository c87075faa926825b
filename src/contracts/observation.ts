import type { Observation, PendingTrial } from "./strategy.ts";
import type { Direction, FinishedTrial, Report, RunningTrial } from "./trial.ts";

/*
 * Strategies and pruners always minimise: here, and nowhere else, signs are flipped.
 */

export const minimised = (value: number, direction: Direction): number =>
  direction === "maximize" ? -value : value;

/** A finished trial as strategies and pruners see it. */
export function observationOf(trial: FinishedTrial, directions: readonly Direction[]): Observation {
  const { number, params, constraints } = trial;
  const base = {
    number,
    params,
    reports: minimisedReports(trial.reports, directions),
    constraints,
    ...(trial.continueFrom !== undefined && { continueFrom: trial.continueFrom }),
  };
  if (trial.state === "failed") {
    return { ...base, outcome: "failed", values: [], failure: trial.failure };
  }
  const values = trial.values.map((value, index) => minimised(value, directions[index]));
  if (values.includes(Infinity)) {
    // As bad as can be: the training blew up, and said so by its value.
    const message = `The objective returned ${trial.values.join(", ")}.`;
    const failure = { reason: "diverged", cause: "nonFinite", message } as const;
    return { ...base, outcome: "failed", values: [], failure };
  }
  return { ...base, outcome: trial.state, values };
}

/** A running trial as strategies and pruners see it; with `lastStep`, as it stood at that step. */
export function pendingOf(
  trial: Pick<RunningTrial, "number" | "params" | "reports" | "continueFrom">,
  directions: readonly Direction[],
  lastStep = Infinity,
): PendingTrial {
  const reports = trial.reports.filter((report) => report.step <= lastStep);
  return {
    number: trial.number,
    params: trial.params,
    reports: minimisedReports(reports, directions),
    ...(trial.continueFrom !== undefined && { continueFrom: trial.continueFrom }),
  };
}

const minimisedReports = (
  reports: readonly Report[],
  directions: readonly Direction[],
): readonly Report[] =>
  directions[0] === "minimize"
    ? reports
    : reports.map(({ step, value }) => ({ step, value: -value }));
