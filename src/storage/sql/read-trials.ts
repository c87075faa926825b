import { StorageError } from "../../errors/errors.ts";
import { put } from "../../space/put.ts";
import type { Distribution, Scalar } from "../../space/distribution.ts";
import type { Params } from "../../space/search-space.ts";
import type { Attributes, Report, TrialState } from "../../contracts/trial.ts";
import type { TrialDetail, TrialRecord } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { attributeReader } from "./attribute-value.ts";
import type { SqlDialect } from "./connection.ts";
import type { Transaction } from "./transaction.ts";
import { isSameRow, itemsOf, type ParamList, type WholeTrialRow } from "./whole-trials.ts";
import { distributionReader, sharer } from "./distribution-reader.ts";
import { dateOf, numberOf, trialState } from "./encoding.ts";
import { integerCell, wrongCell } from "./stored-cell.ts";
import type { ReportType, StateName, ValueType } from "./tables.ts";
import type { Query } from "./prepared.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";

export interface TrialReader {
  /** Reads the trials of these ids, which ascend; ids of no trial are left out. */
  byIds(tx: Transaction, ids: readonly number[], detail?: TrialDetail): Promise<TrialRecord[]>;
  /**
   * Makes records of rows that hold trials with all their parts.
   * @param known trials that it made before, by id: one that did not change is given as it is
   */
  ofRows(rows: readonly WholeTrialRow[], known: ReadonlyMap<number, TrialRecord>): TrialRecord[];
}

// How many trials are read at a time: bounds the rows in memory beside the records.
const CHUNK = 2000;

export function trialReader(url: string, dialect: SqlDialect, queries: Queries): TrialReader {
  const distributionOf = distributionReader(url);
  const attributeOf = attributeReader();
  const share = sharer();
  const finished = (draft: Draft): TrialRecord => toRecord(draft, share);

  const addNumber = (draft: Draft, name: string, value: number): void =>
    put((draft.params ??= {}), name, numberIn(value, draft.where, name));
  const addParam = (draft: Draft, name: string, value: number, json: string | null): void => {
    if (json === null) throw noDistribution(draft.where, name);
    const distribution = distributionOf(json, name, draft.number);
    put((draft.distributions ??= {}), name, distribution);
    put((draft.params ??= {}), name, valueIn(distribution, value, draft.where, name));
  };
  const read: TrialReader["byIds"] = async (tx, ids, detail) => {
    const { trials, params, reports, attributes } = queriesFor(queries, detail);
    // Those who only ask read little else, and of no trial alone.
    const lists = detail === "search" ? dialect.paramLists : undefined;
    const records: TrialRecord[] = [];
    for (let start = 0; start < ids.length; start += CHUNK) {
      const set = { ids: dialect.idSet(ids.slice(start, start + CHUNK)) };
      // States come first: if another library ends a trial meanwhile, it counts as running here,
      // and is read again as a whole.
      const [trialRows, valueRows, reportRows, attributeRows, paramRows, listRows] = await together(
        [
          tx.all(trials(set)),
          tx.all(queries.values(set)),
          tx.all(reports(set)),
          tx.all(attributes(set)),
          params && !lists ? tx.all(params(set)) : Promise.resolve([]),
          lists ? tx.all(lists(set.ids)) : Promise.resolve([]),
        ],
      );
      const drafts = draftsOf(trialRows, url);
      addValues(valueRows, drafts);
      addReports(reportRows, drafts);
      addAttributes(attributeRows, drafts, attributeOf);
      for (const row of paramRows) {
        const draft = drafts.get(row.trial_id);
        if (!draft) continue;
        const { param_name: name, param_value: value, distribution_json: json } = row;
        // "brief" reads only distributions of categoricals, whose values are indexes.
        if (json === null && detail === "brief") addNumber(draft, name, value);
        else addParam(draft, name, value, json);
      }
      for (const list of listRows) {
        const { param_name: name, distribution_json: json } = list;
        readList(list, (id, value) => {
          const draft = drafts.get(id);
          if (draft) addParam(draft, name, value, json);
        });
      }
      for (const draft of drafts.values()) records.push(finished(draft));
    }
    return records;
  };
  const byIds: TrialReader["byIds"] = async (tx, ids, detail) => {
    if (detail !== "search") return read(tx, ids, detail);
    const open = await tx.all(queries.unfinishedAmong({ ids: dialect.idSet(ids) }));
    const whole = new Set(open.map((row) => row.trial_id));
    const [unfinished, finished] = await together([
      read(tx, [...whole]),
      read(
        tx,
        ids.filter((id) => !whole.has(id)),
        detail,
      ),
    ]);
    return [...finished, ...unfinished].sort((a, b) => a.id - b.id);
  };
  const rowsOf = new WeakMap<TrialRecord, WholeTrialRow>();
  const ofRow = (row: WholeTrialRow, known: TrialRecord | undefined): TrialRecord => {
    const before = known && rowsOf.get(known);
    if (before && isSameRow(row, before)) return known;
    const draft = draftOf(row, url);
    // Most trials have all their parameters from their start on.
    if (before && known.state === "running" && row.params === before.params) {
      draft.params = known.params;
      draft.distributions = known.distributions;
    } else {
      for (const [name, value, json] of itemsOf(row.params))
        addParam(draft, name, jsonNumber(value), json);
    }
    for (const [value, type] of itemsOf(row.outcome)) addValue(draft, jsonNumber(value), type);
    for (const [step, value, type] of itemsOf(row.reports))
      addReport(draft, step, jsonNumber(value), type);
    for (const [key, json] of itemsOf(row.user_attributes))
      put((draft.userAttrs ??= {}), key, attributeOf(json, key, draft.where));
    for (const [key, json] of itemsOf(row.system_attributes))
      put((draft.systemAttrs ??= {}), key, attributeOf(json, key, draft.where));
    const record = finished(draft);
    rowsOf.set(record, row);
    return record;
  };
  return {
    byIds,
    ofRows: (rows, known) => rows.map((row) => ofRow(row, known.get(row.trial_id))),
  };
}

/** Calls `each` for every value of the list. */
function readList(
  { trial_ids: ids, param_values: values }: ParamList,
  each: (trialId: number, value: number) => void,
): void {
  // JSON has no Infinity, but a number as large.
  const numbers = JSON.parse(
    values.includes("Inf") ? values.replaceAll("Inf", "1e999") : values,
  ) as number[];
  const trials = JSON.parse(ids) as number[];
  for (let i = 0; i < trials.length; i++) each(trials[i], numbers[i]);
}

const noDistribution = (where: string, name: string): StorageError =>
  new StorageError(
    `${where}: parameter "${name}" has no distribution. Restore a backup, or copy the study's other ` +
      "trials to a new one.",
  );

/** JSON has no NaN and no Infinity: the server gives them as text. */
const jsonNumber = <Value extends number | null>(value: Value): Value =>
  (typeof value === "string" ? Number(value) : value) as Value;

function queriesFor(
  { brief, trials, params, reports, attributes }: Queries,
  detail: TrialDetail | undefined,
) {
  switch (detail) {
    case undefined:
      return { trials, params, reports, attributes };
    case "search":
      return { ...brief, params, attributes: brief.endAttributes };
    case "space":
      return { ...brief, params };
    case "brief":
      return brief;
    case "outline":
      return { ...brief, params: undefined };
  }
}

// These run for every trial, before the engine has optimised them: members are set one by one, as
// spreading objects takes several times as long.

/** A record in the making; a trial has none of what stays undefined. */
interface Draft {
  readonly id: number;
  /** How errors name the trial. */
  readonly where: string;
  readonly number: number;
  readonly state: TrialRecord["state"];
  startedAt?: Date;
  completedAt?: Date;
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

function draftsOf(rows: Rows<"trials">, url: string): Drafts {
  return new Map(rows.map((row) => [row.trial_id, draftOf(row, url)]));
}

type TrialRow = Pick<WholeTrialRow, keyof Rows<"trials">[number]>;

function draftOf(row: TrialRow, url: string): Draft {
  const { trial_id: id, datetime_start: start, datetime_complete: end } = row;
  // A trial with number n comes after n others, each with an id of its own, so that n ≤ id.
  const number = integerCell(`${url}: the number of the trial with id ${id}`, row.number, 0, id);
  const where = `${url}: trial ${number}`;
  const draft: Draft = { id, where, number, state: knownState(row.state, row.number) };
  if (start !== null) draft.startedAt = dateOf(start, where, "datetime_start");
  if (end !== null) draft.completedAt = dateOf(end, where, "datetime_complete");
  return draft;
}

function valueIn(distribution: Distribution, value: number, where: string, name: string): Scalar {
  if (distribution.kind !== "categorical") return numberIn(value, where, name);
  const { choices } = distribution;
  return choices[integerCell(`${where}: parameter "${name}"`, value, 0, choices.length - 1)];
}

function numberIn(value: unknown, where: string, name: string): number {
  if (typeof value === "number") return value;
  throw wrongCell(`${where}: parameter "${name}"`, value, "a number");
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
    if (draft) addValue(draft, row.value, row.value_type);
  }
}

function addValue(draft: Draft, value: number | null, type: ValueType): void {
  (draft.values ??= []).push(numberOf(value, type, draft.where, "value"));
}

function addReports(rows: Rows<"reports">, drafts: Drafts): void {
  for (const row of rows) {
    const draft = drafts.get(row.trial_id);
    if (draft) addReport(draft, row.step, row.intermediate_value, row.intermediate_value_type);
  }
}

function addReport(draft: Draft, step: number, stored: number | null, type: ReportType): void {
  const value = numberOf(stored, type, draft.where, `the report of step ${step}`);
  integerCell(`${draft.where}: step`, step, 0, Number.MAX_SAFE_INTEGER);
  (draft.reports ??= []).push({ step, value });
}

function addAttributes(
  rows: Rows<"attributes">,
  drafts: Drafts,
  attributeOf: ReturnType<typeof attributeReader>,
): void {
  for (const row of rows) {
    const draft = drafts.get(row.trial_id);
    if (!draft) continue;
    const attributes = row.is_system ? (draft.systemAttrs ??= {}) : (draft.userAttrs ??= {});
    put(attributes, row.key, attributeOf(row.value_json, row.key, draft.where));
  }
}

const NO_REPORTS: readonly Report[] = Object.freeze([]);
const NONE: Readonly<Record<string, never>> = Object.freeze({});

function toRecord(draft: Draft, share: ReturnType<typeof sharer>): TrialRecord {
  const { id, number, state, values, startedAt, completedAt } = draft;
  const systemAttrs: Attributes = draft.systemAttrs ?? NONE;
  const fixed = state === "waiting" ? (systemAttrs[ATTRIBUTE.fixedParams] as Params) : undefined;
  const params = draft.params ?? NONE;
  const record: { -readonly [Member in keyof TrialRecord]: TrialRecord[Member] } = {
    id,
    number,
    state,
    params: fixed ? { ...params, ...fixed } : params,
    distributions: draft.distributions ? share(draft.distributions) : NONE,
    reports: draft.reports ?? NO_REPORTS,
    userAttrs: draft.userAttrs ?? NONE,
    systemAttrs,
  };
  if (values) record.values = values;
  if (startedAt) record.startedAt = startedAt;
  if (completedAt) record.completedAt = completedAt;
  return record;
}
