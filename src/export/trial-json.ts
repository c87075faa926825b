import {
  isFinished,
  type Attributes,
  type Failure,
  type Trial,
  type TrialState,
} from "../contracts/trial.ts";
import { provenanceOf, type Provenance } from "../contracts/provenance.ts";
import type { Params } from "../space/search-space.ts";

/** A number as JSON, which has no words for these three. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** A trial as JSON: the form of `hpo study trials --json`. */
export interface TrialJson {
  readonly number: number;
  readonly state: TrialState;
  /** Null where the trial has none. */
  readonly values: readonly JsonNumber[] | null;
  readonly params: Params;
  /** By step. */
  readonly intermediateValues: Readonly<Record<string, JsonNumber>>;
  readonly userAttrs: Attributes;
  /** ISO 8601, or null. */
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly failure?: Failure;
  /** What it ran on, where devices were used. */
  readonly device?: string;
  /** Where it ran from: commit, lock files, host, versions. */
  readonly provenance?: Provenance;
  /** The number of the paused trial whose training it went on with. */
  readonly continueFrom?: number;
  /** ≤ 0 is feasible. */
  readonly constraints?: readonly JsonNumber[];
  /** It is kept out of the search, and of the best. */
  readonly excluded?: true;
}

/**
 * A trial as `hpo study trials --json` prints it: plain JSON, in which NaN and infinities are strings.
 *
 * @example
 * ```ts
 * import { loadStudy, trialToJson } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * console.log(JSON.stringify(study.trials().map(trialToJson)));
 * ```
 */
export function trialToJson(trial: Trial): TrialJson {
  const values = trial.state === "complete" || trial.state === "pruned" ? trial.values : [];
  const startedAt = trial.state === "waiting" ? undefined : trial.startedAt;
  const completedAt = isFinished(trial) ? trial.completedAt : undefined;
  const provenance = provenanceOf(trial);
  return {
    number: trial.number,
    state: trial.state,
    values: values.length > 0 ? values.map(numberToJson) : null,
    params: trial.params,
    intermediateValues: Object.fromEntries(
      trial.reports.map(({ step, value }) => [step, numberToJson(value)]),
    ),
    userAttrs: trial.userAttrs,
    startedAt: startedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
    ...(trial.state === "failed" && { failure: trial.failure }),
    ...(trial.device !== undefined && { device: trial.device }),
    ...(provenance && { provenance }),
    ...(isFinished(trial) &&
      trial.constraints && { constraints: trial.constraints.map(numberToJson) }),
    ...(isFinished(trial) && trial.excluded && { excluded: true }),
    ...(trial.continueFrom !== undefined && { continueFrom: trial.continueFrom }),
  };
}

export const numberToJson = (value: number): JsonNumber =>
  Number.isFinite(value) ? value : (String(value) as JsonNumber);
