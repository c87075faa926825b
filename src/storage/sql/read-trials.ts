import { StorageError } from "../../errors/errors.ts";
import { put } from "../../space/put.ts";
import type { Distribution } from "../../space/distribution.ts";
import type { Params } from "../../space/search-space.ts";
import type { Attributes, Report, TrialState } from "../../contracts/trial.ts";
import type { TrialDetail, TrialRecord } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { storedAttribute } from "./attribute-value.ts";
import type { SqlDialect, Transaction } from "./connection.ts";
import { distributionReader, sharer } from "./distribution-reader.ts";
import { dateOf, numberOf, trialState } from "./encoding.ts";
import type { StateName } from "./tables.ts";
import type { Query } from "./prepared.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";

/** Reads the trials of these ids, which ascend; those that are not there are left out. */
export type TrialReader = (
  tx: Transaction,
  ids: readonly number[],
  detail?: TrialDetail,
) => Promise<TrialRecord[]>;

// Bounds the rows that are in memory beside their trials.
const CHUNK = 2000;

export function trialReader(url: string, dialect: SqlDialect, queries: Queries): TrialReader {
  const distributionOf = distributionReader(url);
  const share = sharer();
  const finished = (draft: Draft): TrialRecord => toRecord(draft, share);

  return async (tx, ids, detail) => {
    const { trials, params, reports, attributes } = queriesFor(queries, detail);
    const records: TrialRecord[] = [];
    for (let start = 0; start < ids.length; start += CHUNK) {
      const set = { ids: dialect.idSet(ids.slice(start, start + CHUNK)) };
      // States first: another library's trial that ends meanwhile is read again, not half.
      const [trialRows, valueRows, reportRows, attributeRows, paramRows] = await together([
        tx.all(trials(set)),
        tx.all(queries.values(set)),
        tx.all(reports(set)),
        tx.all(attributes(set)),
        params ? tx.all(params(set)) : Promise.resolve([]),
      ]);
      const drafts = draftsOf(trialRows);
      addValues(valueRows, drafts);
      addReports(reportRows, drafts);
      addAttributes(attributeRows, drafts);
      for (const row of paramRows) {
        const draft = drafts.get(row.trial_id);
        if (!draft) continue;
        const { param_name: name, param_value: value } = row;
        if (row.distribution_json === null) {
          put((draft.params ??= {}), name, value);
          continue;
        }
        const distribution = distributionOf(row.distribution_json, name, draft.number);
        put((draft.distributions ??= {}), name, distribution);
        const isIndex = distribution.kind === "categorical";
        put((draft.params ??= {}), name, isIndex ? distribution.choices[value] : value);
      }
      for (const draft of drafts.values()) records.push(finished(draft));
    }
    return records;
  };
}

function queriesFor(
  { brief, trials, params, reports, attributes }: Queries,
  detail: TrialDetail | undefined,
) {
  switch (detail) {
    case undefined:
      return { trials, params, reports, attributes };
    case "space":
      return { ...brief, params };
    case "brief":
      return brief;
    case "outline":
      return { ...brief, params: undefined };
  }
}

/** A record in the making; what stays undefined, the trial has none of. */
interface Draft {
  readonly id: number;
  readonly number: number;
  readonly state: TrialRecord["state"];
  readonly startedAt?: Date;
  readonly completedAt?: Date;
  params?: Record<string, Params[string]>;
  distributions?: Record<string, Distribution>;
  values?: number[];
  reports?: Report[];
  userAttrs?: Record<string, unknown>;
  systemAttrs?: Record<string, unknown>;
}

type Rows<Name extends "trials" | "values" | "reports" | "attributes"> =
  ReturnType<Queries[Name]> extends Query<infer Row> ? readonly Row[] : never;
type Drafts = ReadonlyMap<number, Draft>;

function draftsOf(rows: Rows<"trials">): Drafts {
  const drafts = new Map<number, Draft>();
  for (const row of rows) {
    drafts.set(row.trial_id, {
      id: row.trial_id,
      number: row.number,
      state: knownState(row.state, row.number),
      ...(row.datetime_start && { startedAt: dateOf(row.datetime_start) }),
      ...(row.datetime_complete && { completedAt: dateOf(row.datetime_complete) }),
    });
  }
  return drafts;
}

/** @throws StorageError that names the trial and the state that it has */
function knownState(name: StateName, number: number): TrialState {
  const state = trialState(name);
  if (state !== undefined) return state;
  throw new StorageError(
    `Trial ${number} has the state ${JSON.stringify(name)}, which is not known here. ` +
      "Go on with the program that wrote it.",
  );
}

function addValues(rows: Rows<"values">, drafts: Drafts): void {
  for (const row of rows) {
    const draft = drafts.get(row.trial_id);
    if (draft) (draft.values ??= []).push(numberOf(row.value, row.value_type));
  }
}

function addReports(rows: Rows<"reports">, drafts: Drafts): void {
  for (const row of rows) {
    const value = numberOf(row.intermediate_value, row.intermediate_value_type);
    const draft = drafts.get(row.trial_id);
    if (draft) (draft.reports ??= []).push({ step: row.step, value });
  }
}

function addAttributes(rows: Rows<"attributes">, drafts: Drafts): void {
  for (const row of rows) {
    const draft = drafts.get(row.trial_id);
    if (!draft) continue;
    const attributes = row.is_system ? (draft.systemAttrs ??= {}) : (draft.userAttrs ??= {});
    put(attributes, row.key, storedAttribute(row.value_json, row.key, `trial ${draft.number}`));
  }
}

const NO_REPORTS: readonly Report[] = Object.freeze([]);
const NONE: Readonly<Record<string, never>> = Object.freeze({});

function toRecord(draft: Draft, share: ReturnType<typeof sharer>): TrialRecord {
  const { id, number, state, values, startedAt, completedAt } = draft;
  const systemAttrs: Attributes = draft.systemAttrs ?? NONE;
  const fixed = state === "waiting" ? (systemAttrs[ATTRIBUTE.fixedParams] as Params) : undefined;
  const params = draft.params ?? NONE;
  return {
    id,
    number,
    state,
    params: fixed ? { ...params, ...fixed } : params,
    distributions: draft.distributions ? share(draft.distributions) : NONE,
    ...(values && { values }),
    reports: draft.reports ?? NO_REPORTS,
    userAttrs: draft.userAttrs ?? NONE,
    systemAttrs,
    ...(startedAt && { startedAt }),
    ...(completedAt && { completedAt }),
  };
}
