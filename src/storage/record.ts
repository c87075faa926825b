import type { Failure, Report, Trial } from "../trial.ts";
import { ATTRIBUTE, type TrialRecord } from "./storage.ts";

/** The trial that a record stands for. */
export function trialOf(record: TrialRecord): Trial {
  const { id: _id, state, values, startedAt, completedAt, ...base } = record;
  const ends = { startedAt, completedAt, constraints: constraintsOf(record) };
  switch (state) {
    case "waiting":
      return { ...base, state };
    case "running":
      return { ...base, state, startedAt };
    case "complete":
      return { ...base, ...ends, state, values: values ?? [] };
    case "pruned":
      return { ...base, ...ends, state, values: values ?? lastValue(record.reports) };
    case "failed":
      return { ...base, ...ends, state, failure: failureOf(record) };
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

/** Another library leaves no reason; a NaN as its last report tells that training diverged. */
function failureOf(record: TrialRecord): Failure {
  const stored = record.systemAttrs[ATTRIBUTE.failure] as Failure | undefined;
  if (stored) return stored;
  if (Number.isNaN(record.reports.at(-1)?.value)) {
    return { reason: "diverged", message: "The last report was NaN.", cause: "nonFinite" };
  }
  return { reason: "unknown", message: "The trial failed; whoever ran it left no reason." };
}
