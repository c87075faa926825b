import { put } from "../space/put.ts";
import type { Params } from "../space/search-space.ts";
import type { Attributes, Report, TrialState } from "../contracts/trial.ts";
import { checkReports, checkValues } from "./check.ts";
import { internalValue } from "./internal-value.ts";
import { throughJson } from "./json.ts";
import type { NewTrial, TrialChange, TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";

/** The record that readers get of a new trial: a copy, its attributes passed through JSON. */
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
 * Returns `record` with `change` applied, in `state`. When a waiting trial starts, it keeps the
 * parameters that have a distribution; the others are suggestions, kept in `fixed_params`.
 * @param mayGrow whether no reader holds the record's reports, so that they may grow in place
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
  // Reports come last: they may grow in place, so nothing after them may throw.
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

/** Adds or overwrites attributes; a value of undefined removes one. */
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

/** The parameters of a waiting trial that have a distribution; the others are suggestions. */
export const drawn = ({ params, distributions }: TrialRecord) =>
  Object.fromEntries(Object.keys(distributions).map((name) => [name, params[name]]));

/** Merges reports by ascending step; a step that has a report keeps it. */
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
