import { isDeepStrictEqual } from "node:util";
import { StudyNotFoundError } from "../../errors/errors.ts";
import type { Changes, Cursor, TrialDetail, TrialRecord } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Attributes } from "../../contracts/trial.ts";
import { storedAttribute } from "./attribute-value.ts";
import type { Connection, SqlDialect } from "./connection.ts";
import type { Transaction } from "./transaction.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";
import type { TrialReader } from "./read-trials.ts";
import { itemsOf, type StandingRow, type WholeTrialRow } from "./whole-trials.ts";

/** The content of a cursor: what its reader had seen when it was given. */
interface Seen {
  /** The storage that gave the cursor; to another one `stamp` and `own` mean nothing. */
  readonly reader: object;
  readonly stamp: number | string;
  /** Whether another connection committed between the cursor before and this one. */
  readonly isAmidOthers: boolean;
  readonly own: number;
  readonly deletions: number;
  /** How often this storage had changed the study's attributes. */
  readonly attributes: number;
  /** The largest trial id. */
  readonly last: number;
  readonly waiting: ReadonlySet<number>;
  /** Other trials that may change, as they were read: running, or finished without an index. */
  readonly open: ReadonlyMap<number, TrialRecord>;
}

/**
 * Reads what changed in a study since `cursor`, in a transaction that has read nothing yet.
 * @param ahead settles when the writes that this process sent just before are committed
 */
export type ChangesReader = (
  tx: Transaction,
  study: number,
  cursor?: Cursor,
  detail?: TrialDetail,
  ahead?: Promise<void>,
) => Promise<Changes>;

export function changesReader(
  { url, dialect }: Connection,
  queries: Queries,
  own: OwnChanges,
  readTrials: TrialReader,
): ChangesReader {
  const reader = {};
  const parts = { url, dialect, queries, readTrials };

  return async (tx, study, cursor, detail, ahead) => {
    const before = cursor as Seen | undefined;
    const mine = before?.reader === reader;
    const ownSince = (): ReadonlySet<number> =>
      mine ? own.since(study, before.own) : new Set<number>();
    const asked = ownSince();
    // Where others write, or in a turn, which follows a trial's start or end, changes are likely:
    // they are asked for together with the stamp.
    const isBusy = mine && (before.isAmidOthers || ahead !== undefined);
    const [found] = await together([
      isBusy ? readAtOnce(tx, parts, { study, before, ownIds: asked, detail }) : undefined,
      ahead,
    ]);
    const stamp = found ? await tx.stampOf(found.snapshot) : await tx.stamp();
    const ownIds = ownSince();
    const known = { study, before, ownIds, detail };
    const isWhole = [...ownIds].every((id) => isAsked(id, asked, before));
    const early = isWhole ? found?.changes : undefined;
    const isQuiet = mine && stamp === before.stamp && before.deletions === own.deletions();
    const attributes = own.attributes(study);
    const isSteered = !isQuiet || attributes !== before.attributes;
    if (!isSteered && ownIds.size === 0) return { trials: [], cursor: before as unknown as Cursor };
    const { read, steering } = early ?? (await readChanged(tx, parts, known, isQuiet, isSteered));
    // Others may have written to other trials or studies only: an open trial may be as it was.
    const trials = read.filter((trial) => {
      const open = before?.open.get(trial.id);
      return trial !== open && (open === undefined || !isDeepStrictEqual(trial, open));
    });
    const now = {
      ...{ reader, stamp, isAmidOthers: mine && !isQuiet, own: own.count(study) },
      ...{ deletions: own.deletions(), attributes },
    };
    const next = seen(before, trials, now) as unknown as Cursor;
    return { trials, ...(steering && { steering }), cursor: next };
  };
}

/** Whether `readAtOnce` reads the trial `id`, when it knows of the trials `asked`. */
const isAsked = (id: number, asked: ReadonlySet<number>, before: Seen | undefined): boolean =>
  asked.has(id) || before?.open.has(id) === true || id > (before?.last ?? 0);

interface Parts {
  readonly url: string;
  readonly dialect: SqlDialect;
  readonly queries: Queries;
  readonly readTrials: TrialReader;
}

/** What a read of changes starts from. */
interface Known {
  readonly study: number;
  readonly before: Seen | undefined;
  readonly ownIds: ReadonlySet<number>;
  readonly detail: TrialDetail | undefined;
}

interface ReadChanges {
  readonly read: readonly TrialRecord[];
  readonly steering?: Attributes;
}

interface ReadAtOnce {
  readonly snapshot: string;
  /** Undefined if others changed too. */
  readonly changes: ReadChanges | undefined;
}

/**
 * Reads the new trials and those that may change in one round trip.
 * @returns undefined if the database has no such statement
 */
async function readAtOnce(
  tx: Transaction,
  parts: Parts,
  { study, before, ownIds, detail }: Known,
): Promise<ReadAtOnce | undefined> {
  const { dialect, readTrials, url } = parts;
  const { wholeTrials } = dialect;
  if (!before || !wholeTrials || detail !== undefined) return undefined;
  const after = before.last;
  const ids = [...new Set([...ownIds, ...before.open.keys()])];
  // What is read after the snapshot may be newer, and is read again then; never older.
  const [[standing, ...found], started] = await together([
    tx.all(wholeTrials.since({ study, after, ids })),
    startedOf(tx, parts, before),
  ]);
  if (!standing) throw noStudy(url, study);
  const rows = found as readonly WholeTrialRow[];
  const { snapshot, system_attributes: steering } = standing as StandingRow;
  const added = rows.filter(({ trial_id: id }) => id > after);
  if (started.length > 0 || added.length >= wholeTrials.limit) {
    return { snapshot, changes: undefined };
  }
  const read = readTrials.ofRows(rows, before.open);
  const changes = { read, steering: steeringOf(itemsOf(steering), url) };
  return { snapshot, changes };
}

/** Reads the ids of the trials that may have changed, then these trials. */
async function readChanged(
  tx: Transaction,
  parts: Parts,
  known: Known,
  isQuiet: boolean,
  isSteered: boolean,
): Promise<ReadChanges> {
  const { study, ownIds, detail } = known;
  const ids = isQuiet ? ownIds : await changedIds(tx, parts, known);
  const ascending = [...ids].sort((a, b) => a - b);
  const [read, steering] = await together([
    parts.readTrials.byIds(tx, ascending, detail),
    isSteered ? readSteering(tx, parts.queries, study, parts.url) : Promise.resolve(undefined),
  ]);
  return { read, ...(steering && { steering }) };
}

async function readSteering(
  tx: Transaction,
  queries: Queries,
  study: number,
  url: string,
): Promise<Attributes> {
  const rows = await tx.all(queries.steering({ study }));
  return steeringOf(
    rows.map(({ key, value_json: json }) => [key, json] as const),
    url,
  );
}

const steeringOf = (rows: readonly (readonly [key: string, json: string])[], url: string) =>
  Object.fromEntries(
    rows.map(([key, json]) => [key, storedAttribute(json, key, `${url}: the study`)]),
  );

/** The trials that were waiting at the cursor `before`, and no longer are. */
const startedOf = (tx: Transaction, { dialect, queries }: Parts, before: Seen | undefined) =>
  before && before.waiting.size > 0
    ? tx.all(queries.noLongerWaiting({ ids: dialect.idSet([...before.waiting]) }))
    : Promise.resolve([]);

async function changedIds(
  tx: Transaction,
  parts: Parts,
  { study, before, ownIds }: Known,
): Promise<ReadonlySet<number>> {
  const { queries, url } = parts;
  const [found, started, added] = await together([
    tx.all(queries.studyById({ study })),
    startedOf(tx, parts, before),
    tx.all(queries.trialIds({ study, after: before?.last ?? 0 })),
  ]);
  if (found.length === 0) throw noStudy(url, study);
  const ids = new Set([...ownIds, ...(before?.open.keys() ?? [])]);
  for (const row of [...started, ...added]) ids.add(row.trial_id);
  return ids;
}

/** The next cursor: `before`, updated by the trials that were read since. */
function seen(
  before: Seen | undefined,
  trials: readonly TrialRecord[],
  now: Omit<Seen, "last" | "waiting" | "open">,
): Seen {
  const waiting = new Set(before?.waiting);
  const open = new Map(before?.open);
  let last = before?.last ?? 0;
  for (const trial of trials) {
    const { id, state, systemAttrs } = trial;
    last = Math.max(last, id);
    const isOpen = state !== "waiting" && (state === "running" || !isIndexed(systemAttrs));
    if (state === "waiting") waiting.add(id);
    else waiting.delete(id);
    if (isOpen) open.set(id, trial);
    else open.delete(id);
  }
  return { ...now, last, waiting, open };
}

const isIndexed = (systemAttrs: TrialRecord["systemAttrs"]): boolean =>
  ATTRIBUTE.finishIndex in systemAttrs;

export const noStudy = (url: string, study: number): StudyNotFoundError =>
  new StudyNotFoundError(`There is no study ${study} in ${url}. Was it deleted?`);
