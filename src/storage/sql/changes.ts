import { isDeepStrictEqual } from "node:util";
import { StudyNotFoundError } from "../../errors/errors.ts";
import type { Changes, Cursor, TrialDetail, TrialRecord } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Attributes } from "../../contracts/trial.ts";
import { storedAttribute } from "./attribute-value.ts";
import type { Connection, SqlDialect, Transaction } from "./connection.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";
import type { TrialReader } from "./read-trials.ts";

/** What a reader had seen. */
interface Seen {
  /** The storage that gave it; another one knows nothing of `stamp` and `own`. */
  readonly reader: object;
  readonly stamp: number | string;
  readonly own: number;
  readonly deletions: number;
  /** Of its attributes, by this storage. */
  readonly attributes: number;
  /** The largest id. */
  readonly last: number;
  readonly waiting: ReadonlySet<number>;
  /** Those that may change otherwise, as they were: running, or finished without an index. */
  readonly open: ReadonlyMap<number, TrialRecord>;
}

/** Reads what changed in a study since `cursor`, in a transaction that has read nothing yet. */
export type ChangesReader = (
  tx: Transaction,
  study: number,
  cursor?: Cursor,
  detail?: TrialDetail,
) => Promise<Changes>;

export function changesReader(
  { url, dialect }: Connection,
  queries: Queries,
  own: OwnChanges,
  readTrials: TrialReader,
): ChangesReader {
  const reader = {};

  return async (tx, study, cursor, detail) => {
    const stamp = await tx.stamp();
    const before = cursor as Seen | undefined;
    const mine = before?.reader === reader;
    const ownIds = mine ? own.since(study, before.own) : new Set<number>();
    const quiet = mine && stamp === before.stamp && before.deletions === own.deletions();
    const attributes = own.attributes(study);
    const isSteered = !quiet || attributes !== before.attributes;
    if (!isSteered && ownIds.size === 0) return { trials: [], cursor: before as unknown as Cursor };
    const ids = quiet ? ownIds : await changedIds(tx, queries, dialect, url, study, before, ownIds);
    const [read, steered] = await together([
      readTrials(
        tx,
        [...ids].sort((a, b) => a - b),
        detail,
      ),
      isSteered ? readSteering(tx, queries, study, url) : Promise.resolve(undefined),
    ]);
    // Somebody wrote something, to other trials or another study.
    const trials = read.filter((trial) => {
      const known = before?.open.get(trial.id);
      return known === undefined || !isDeepStrictEqual(trial, known);
    });
    const steering = steered && { steering: steered };
    const now = { reader, stamp, own: own.count(study), deletions: own.deletions(), attributes };
    return { trials, ...steering, cursor: seen(before, trials, now) as unknown as Cursor };
  };
}

async function readSteering(
  tx: Transaction,
  queries: Queries,
  study: number,
  url: string,
): Promise<Attributes> {
  const rows = await tx.all(queries.steering({ study }));
  return Object.fromEntries(
    rows.map((row) => [row.key, storedAttribute(row.value_json, row.key, `${url}: the study`)]),
  );
}

async function changedIds(
  tx: Transaction,
  queries: Queries,
  dialect: SqlDialect,
  url: string,
  study: number,
  before: Seen | undefined,
  own: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const waiting = [...(before?.waiting ?? [])];
  const [found, started, added] = await together([
    tx.all(queries.studyById({ study })),
    waiting.length > 0
      ? tx.all(queries.noLongerWaiting({ ids: dialect.idSet(waiting) }))
      : Promise.resolve([]),
    tx.all(queries.trialIds({ study, after: before?.last ?? 0 })),
  ]);
  if (found.length === 0) throw noStudy(url, study);
  const ids = new Set([...own, ...(before?.open.keys() ?? [])]);
  for (const row of [...started, ...added]) ids.add(row.trial_id);
  return ids;
}

/** What a reader that had seen `before` has seen after `trials`. */
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
