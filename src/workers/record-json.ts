import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { Changes, StudyRecord, StudySummary, TrialRecord } from "../contracts/storage.ts";
import { distributionFromJson, distributionToJson } from "../space/distribution-json.ts";

/*
 * Studies and trials as JSON for remote readers: dates in ISO 8601, distributions as Optuna writes
 * them. The hashes of tokens are left out.
 */

type Wire = Readonly<Record<string, unknown>>;

export const studyToWire = ({ systemAttrs, ...rest }: StudyRecord): Wire => {
  const { [ATTRIBUTE.tokens]: _hashes, ...shown } = systemAttrs;
  return { ...rest, systemAttrs: shown };
};

export const summaryFromWire = (wire: unknown): StudySummary => {
  const { startedAt, ...rest } = wire as StudySummary & { readonly startedAt?: string };
  return { ...rest, ...(startedAt !== undefined && { startedAt: new Date(startedAt) }) };
};

export const trialToWire = ({ distributions, ...rest }: TrialRecord): Wire => ({
  ...rest,
  distributions: mapped(distributions, distributionToJson),
});

interface TrialWire extends Omit<TrialRecord, "distributions" | "startedAt" | "completedAt"> {
  readonly distributions: Readonly<Record<string, Parameters<typeof distributionFromJson>[0]>>;
  readonly startedAt?: string;
  readonly completedAt?: string;
}

export function trialFromWire(wire: unknown): TrialRecord {
  const { distributions, startedAt, completedAt, ...rest } = wire as TrialWire;
  return {
    ...rest,
    distributions: mapped(distributions, distributionFromJson),
    ...(startedAt !== undefined && { startedAt: new Date(startedAt) }),
    ...(completedAt !== undefined && { completedAt: new Date(completedAt) }),
  };
}

/** The answer to the call `trials`. */
export interface TrialsWire {
  readonly trials: readonly unknown[];
  readonly steering: Changes["steering"];
}

const mapped = <From, To>(all: Readonly<Record<string, From>>, map: (each: From) => To) =>
  Object.fromEntries(Object.entries(all).map(([name, each]) => [name, map(each)] as const));
