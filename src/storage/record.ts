import type { Failure, Report, Trial } from "../contracts/trial.ts";
import type { TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** Makes the trial that users see of a stored record. */
export function trialOf(record: TrialRecord): Trial {
  const trial = plainTrial(record);
  const device = record.systemAttrs[ATTRIBUTE.device];
  const continueFrom = record.systemAttrs[ATTRIBUTE.continueFrom];
  if (device === undefined && continueFrom === undefined) return trial;
  return {
    ...trial,
    ...(typeof device === "string" && { device }),
    ...(typeof continueFrom === "number" && { continueFrom }),
  };
}

function plainTrial(record: TrialRecord): Trial {
  // Field by field: rest and spread cost several times as much, and there is one per trial.
  const { state, number, params, distributions, reports, userAttrs, systemAttrs } = record;
  const { startedAt, completedAt, values } = record;
  switch (state) {
    case "waiting":
      return { state, number, params, distributions, reports, userAttrs, systemAttrs };
    case "running":
      return { state, number, params, distributions, reports, userAttrs, systemAttrs, startedAt };
    case "complete":
    case "pruned":
      return {
        state,
        number,
        params,
        distributions,
        reports,
        userAttrs,
        systemAttrs,
        values: values ?? (state === "pruned" ? lastValue(reports) : []),
        startedAt,
        completedAt,
        constraints: constraintsOf(record),
      };
    case "failed":
      return {
        state,
        number,
        params,
        distributions,
        reports,
        userAttrs,
        systemAttrs,
        failure: failureOf(record),
        startedAt,
        completedAt,
        constraints: constraintsOf(record),
      };
  }
}

const lastValue = (reports: readonly Report[]): readonly number[] => {
  const last = reports.at(-1);
  return last === undefined || Number.isNaN(last.value) ? [] : [last.value];
};

function constraintsOf(record: TrialRecord): readonly number[] | undefined {
  const value = record.systemAttrs[ATTRIBUTE.constraints];
  return Array.isArray(value) ? (value as number[]) : undefined;
}

/** Another library stores no reason; a NaN as the last report means that training diverged. */
function failureOf(record: TrialRecord): Failure {
  const stored = record.systemAttrs[ATTRIBUTE.failure] as Failure | undefined;
  if (stored) return stored;
  if (Number.isNaN(record.reports.at(-1)?.value)) {
    return { reason: "diverged", message: "The last report was NaN.", cause: "nonFinite" };
  }
  return { reason: "unknown", message: "The trial failed; whoever ran it left no reason." };
}
