import { distributionToJson } from "../../../src/space/distribution-json.ts";
import type { Distribution } from "../../../src/space/distribution.ts";
import type { Storage, TrialRecord } from "../../../src/contracts/storage.ts";
import { ATTRIBUTE } from "../../../src/contracts/attributes.ts";

/** A trial in the form in which check_optuna.py tells of it, of whatever origin. */
export interface TrialDump {
  readonly number: number;
  readonly state: string;
  readonly values: readonly (number | string)[] | null;
  /** Python's type, and the value. */
  readonly params: Readonly<Record<string, readonly [string, unknown]>>;
  readonly distributions: unknown;
  readonly reports: readonly (readonly [number, number | string])[];
  readonly user_attrs: unknown;
  readonly system_attrs: unknown;
  readonly started: string | null;
  readonly completed: string | null;
}

export interface StudyDump {
  readonly name: string;
  readonly directions: readonly string[];
  readonly metric_names: readonly string[] | null;
  readonly user_attrs: unknown;
  readonly best: readonly number[];
  readonly trials: readonly TrialDump[];
}

/** What the storage holds, but for the best trials, which it does not know. */
export async function dumpStudies(storage: Storage): Promise<Omit<StudyDump, "best">[]> {
  const studies = await storage.listStudies();
  return Promise.all(
    studies.map(async ({ id, name, directions, userAttrs, systemAttrs }) => ({
      name,
      directions: directions.map((direction) => direction.toUpperCase()),
      metric_names: (systemAttrs[ATTRIBUTE.metricNames] as string[] | undefined) ?? null,
      user_attrs: userAttrs,
      trials: (await storage.readTrials(id)).trials.map(dumpTrial),
    })),
  );
}

function dumpTrial(record: TrialRecord): TrialDump {
  const { number, state, values, distributions, reports, userAttrs, systemAttrs } = record;
  const drawn = Object.entries(distributions);
  return {
    number,
    state: state === "failed" ? "FAIL" : state.toUpperCase(),
    values: values?.map(shown) ?? null,
    params: Object.fromEntries(
      drawn.map(([name, each]) => [
        name,
        [pythonType(each, record.params[name]), record.params[name]],
      ]),
    ),
    distributions: Object.fromEntries(
      drawn.map(([name, distribution]) => [name, distributionToJson(distribution)]),
    ),
    reports: reports.map(({ step, value }) => [step, shown(value)]),
    user_attrs: userAttrs,
    system_attrs: systemAttrs,
    started: shownDate(record.startedAt),
    completed: shownDate(record.completedAt),
  };
}

function pythonType(distribution: Distribution, value: unknown): string {
  if (distribution.kind !== "categorical") return distribution.kind;
  if (value === null) return "NoneType";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "boolean" ? "bool" : "str";
}

const shown = (value: number): number | string => {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
};

/** To the millisecond: a Date holds no more. */
const shownDate = (date: Date | undefined): string | null =>
  date ? date.toISOString().slice(0, 23) : null;
