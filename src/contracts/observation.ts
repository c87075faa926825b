import type { Observation, PendingTrial } from "./strategy.ts";
import type { Direction, FinishedTrial, Report, RunningTrial } from "./trial.ts";

/*
 * Strategies and pruners always minimise: here, and nowhere else, signs are flipped.
 */

export const minimised = (value: number, direction: Direction): number =>
  direction === "maximize" ? -value : value;

/**
 * A finished trial as strategies and pruners see it. One that blew up is a failed, diverged one,
 * however it was stored: docs/ends.md.
 */
export function observationOf(trial: FinishedTrial, directions: readonly Direction[]): Observation {
  const { number, params, constraints, continueFrom } = trial;
  const reports = minimisedReports(trial.reports, directions);
  const values = trial.state === "failed" ? [] : minimisedValues(trial.values, directions);
  const message = divergenceOf(trial, reports, values);
  const isFailed = message !== undefined || trial.state === "failed";
  // Member by member: there is one for each trial, and spreading objects takes several times as long.
  const observation: { -readonly [Member in keyof Observation]: Observation[Member] } = {
    number,
    params,
    // Whoever opens the study shares it: a strategy that sorts it would change it for all.
    reports: Object.freeze(reports),
    constraints,
    outcome: isFailed ? "failed" : trial.state,
    values: message === undefined ? values : [],
  };
  if (continueFrom !== undefined) observation.continueFrom = continueFrom;
  if (message !== undefined) {
    observation.failure = { reason: "diverged", cause: "nonFinite", message };
  } else if (trial.state === "failed") observation.failure = trial.failure;
  return observation;
}

function minimisedValues(values: readonly number[], directions: readonly Direction[]): number[] {
  const minimal: number[] = [];
  for (let i = 0; i < values.length; i++) minimal.push(minimised(values[i], directions[i]));
  return minimal;
}

/**
 * Why a trial that was not stored as failed diverged all the same: its value is as bad as can be, or
 * it was pruned and its last report is NaN, or as bad as can be.
 */
function divergenceOf(
  trial: FinishedTrial,
  reports: readonly Report[],
  values: readonly number[],
): string | undefined {
  const last = reports.at(-1);
  if (trial.state === "pruned" && last !== undefined && isHopeless(last.value)) {
    return `It reported ${trial.reports.at(-1)?.value} at step ${last.step}, and was pruned there.`;
  }
  if (trial.state === "failed" || !values.some(isHopeless)) return undefined;
  return `The objective returned ${trial.values.join(", ")}.`;
}

/** Minimised: NaN, or +Infinity. */
const isHopeless = (value: number): boolean => Number.isNaN(value) || value === Infinity;

/** Whether a training that came to this value diverged: NaN, or as bad as can be. */
export const isDivergence = (value: number, direction: Direction): boolean =>
  isHopeless(minimised(value, direction));

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
