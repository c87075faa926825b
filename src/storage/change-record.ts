import { put } from "../space/put.ts";
import type { Params } from "../space/search-space.ts";
import type { Attributes, Report, TrialState } from "../contracts/trial.ts";
import { checkReports, checkValues } from "./check.ts";
import { internalValue } from "./internal-value.ts";
import { throughJson } from "./json.ts";
import type { NewTrial, TrialChange, TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** A new trial as it is read once stored: copied, attributes as JSON, nothing undefined. */
export function newRecord(trial: NewTrial, id: number, number: number): TrialRecord {
  const { state, distributions, values, startedAt, completedAt } = trial;
  checkValues(values);
  const params = { ...trial.params };
  const system = { ...trial.systemAttrs };
  if (state === "waiting") system[ATTRIBUTE.fixedParams] = params;
  for (const name of Object.keys(state === "waiting" ? distributions : params)) {
    internalValue(name, params[name], distributions[name]);
  }
  return {
    id,
    number,
    state,
    params,
    distributions: { ...distributions },
    ...(values && { values: [...values] }),
    reports: withReports([], trial.reports),
    userAttrs: withAttributes({}, trial.userAttrs),
    systemAttrs: withAttributes({}, system),
    ...(startedAt && { startedAt }),
    ...(completedAt && { completedAt }),
  };
}

/**
 * `record` after `change`, in `state`. A waiting trial that starts keeps those parameters that have
 * a distribution; the fixed ones are suggestions, which stay in its system attributes.
 * @param mayGrow whether nobody else has the record's reports, so that they may grow in place
 */
export function changedRecord(
  record: TrialRecord,
  change: TrialChange,
  state: TrialState,
  mayGrow = false,
): TrialRecord {
  const { params, distributions, reports, clearReports = false, attributes } = change;
  for (const name of Object.keys(params ?? {})) {
    internalValue(name, (params as Params)[name], distributions?.[name]);
  }
  const kept = record.state === "waiting" && state !== "waiting" ? drawn(record) : record.params;
  const { startedAt = record.startedAt } = change;
  const userAttrs = withAttributes(record.userAttrs, attributes?.user);
  const systemAttrs = withAttributes(record.systemAttrs, attributes?.system);
  // Last, as nothing may be refused once they have grown.
  const before = clearReports ? [] : record.reports;
  const after = reports ? withReports(before, reports, mayGrow) : before;
  return {
    ...record,
    state,
    params: params ? { ...kept, ...params } : kept,
    distributions: distributions
      ? { ...record.distributions, ...distributions }
      : record.distributions,
    reports: after,
    userAttrs,
    systemAttrs,
    ...(startedAt && { startedAt }),
  };
}

/** Adds or overwrites; undefined removes. */
export function withAttributes(before: Attributes, change: Attributes | undefined): Attributes {
  const changes = change === undefined ? [] : Object.entries(change);
  if (changes.length === 0) return before;
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of changes) {
    if (value === undefined) delete after[name];
    else put(after, name, throughJson(value, `Attribute "${name}"`));
  }
  return after;
}

/** Those of a waiting trial's parameters that have a distribution; the others are suggestions. */
export const drawn = ({ params, distributions }: TrialRecord) =>
  Object.fromEntries(Object.keys(distributions).map((name) => [name, params[name]]));

/** By ascending step; the first report at a step stands. */
function withReports(
  before: readonly Report[],
  added: readonly Report[],
  mayGrow = false,
): readonly Report[] {
  checkReports(added);
  const after = mayGrow ? (before as Report[]) : [...before];
  for (const { step, value } of added) {
    let at = after.length;
    while (at > 0 && after[at - 1].step > step) at--;
    if (at === 0 || after[at - 1].step !== step) after.splice(at, 0, { step, value });
  }
  return after;
}
