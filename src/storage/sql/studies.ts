import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { put } from "../../space/put.ts";
import { DuplicateStudyError, StorageError } from "../../errors/errors.ts";
import {
  TRIAL_STATES,
  type Attributes,
  type Direction,
  type TrialState,
} from "../../contracts/trial.ts";
import { toJson } from "../json.ts";
import type {
  AttributeChange,
  NewStudy,
  Storage,
  StudyRecord,
  StudySummary,
} from "../../contracts/storage.ts";
import { storedAttribute } from "./attribute-value.ts";
import { noStudy } from "./changes.ts";
import type { Connection, SqlDialect } from "./connection.ts";
import type { Transaction } from "./transaction.ts";
import { dateOf, directionName, directionOf, trialState } from "./encoding.ts";
import { textCell } from "./stored-cell.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { Queries } from "./queries/queries.ts";
import type { Turns } from "./turns.ts";

type StudyStorage = Pick<
  Storage,
  "listStudies" | "findStudy" | "createStudy" | "renameStudy" | "deleteStudy" | "setStudyAttributes"
>;

/** Writes studies inside a transaction. */
export interface StudyWriter {
  /** Locks the study until the transaction ends. @throws StudyNotFoundError */
  lock(tx: Transaction, study: number): Promise<void>;
  /** Locks the trial's study, where the database has row locks. False: there is no such trial. */
  lockOf(tx: Transaction, trial: number): Promise<boolean>;
  setAttributes(tx: Transaction, study: number, change: AttributeChange): Promise<void>;
  read(tx: Transaction, study: number): Promise<StudyRecord>;
}

export function studyWriter({ url, dialect }: Connection, queries: Queries): StudyWriter {
  const put = async (
    tx: Transaction,
    study: number,
    kind: "user" | "system",
    change: Attributes = {},
  ): Promise<void> => {
    const { put, remove } = queries.studyAttributes[kind];
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined) await tx.all(remove({ study, key }));
      else await tx.all(put({ study, key, json: toJson(value, `Attribute "${key}"`) }));
    }
  };
  return {
    lock: async (tx, study) => {
      if ((await tx.lock(queries.lockStudy({ study }))).length === 0) throw noStudy(url, study);
    },
    lockOf: async (tx, trial) =>
      !dialect.rowLock || (await tx.lock(queries.lockStudyOf({ trial }))).length > 0,
    setAttributes: async (tx, study, { user, system }) => {
      await put(tx, study, "user", user);
      await put(tx, study, "system", system);
    },
    read: async (tx, study) => {
      const found = (await readStudies(tx, queries, url)).find(({ id }) => id === study);
      if (!found) throw noStudy(url, study);
      return found;
    },
  };
}

/** The part of a storage that knows of studies, not of their trials. */
export function studyStorage(
  { url, dialect }: Connection,
  turns: Turns,
  queries: Queries,
  writer: StudyWriter,
  own: OwnChanges,
): StudyStorage {
  const checkFree = async (tx: Transaction, name: string, self?: number): Promise<void> => {
    const [taken] = await tx.all(queries.studyByName({ name }));
    if (taken === undefined || taken.study_id === self) return;
    throw new DuplicateStudyError(
      `There is already a study named ${JSON.stringify(name)} in ${url}. ` +
        "Take another name, or rename or delete that study first.",
    );
  };

  return {
    listStudies: () => turns.read((tx) => readSummaries(tx, queries, url)),
    findStudy: (name) =>
      turns.read(async (tx) => {
        const found = (await readStudies(tx, queries, url)).find((study) => study.name === name);
        if (!found) return undefined;
        const { unreadable, ...study } = found;
        if (unreadable) throw unreadable;
        return study;
      }),
    createStudy: (study) =>
      turns.write(async (tx) => {
        await checkFree(tx, study.name);
        const id = await addStudy(tx, queries, study);
        await writer.setAttributes(tx, id, { user: study.userAttrs, system: study.systemAttrs });
        return writer.read(tx, id);
      }),
    renameStudy: (study, name) =>
      turns.write(async (tx) => {
        await writer.lock(tx, study);
        await checkFree(tx, name, study);
        await tx.all(queries.renameStudy({ study, name }));
      }),
    deleteStudy: (study) =>
      turns.write(async (tx) => {
        await writer.lock(tx, study);
        await removeStudy(tx, queries, dialect, study);
      }, own.forget),
    setStudyAttributes: (study, change) =>
      turns.write(
        async (tx) => {
          await writer.lock(tx, study);
          await writer.setAttributes(tx, study, change);
        },
        () => own.addAttributes(study),
      ),
  };
}

async function addStudy(tx: Transaction, queries: Queries, study: NewStudy): Promise<number> {
  const [{ study_id: id }] = await tx.all(queries.addStudy({ name: study.name }));
  for (const [objective, each] of study.directions.entries()) {
    const direction = directionName(each);
    await tx.all(queries.addDirection({ study: id, objective, direction }));
  }
  return id;
}

async function removeStudy(
  tx: Transaction,
  queries: Queries,
  { removedIds }: SqlDialect,
  study: number,
): Promise<void> {
  const [{ trial_id: highest }] = await tx.all(queries.highestTrial({ study }));
  await removedIds?.remember(tx, study, highest ?? 0);
  for (const remove of queries.deleteStudy) await tx.all(remove({ study }));
}

interface StudyDraft extends StudyRecord {
  readonly directions: Direction[];
  readonly userAttrs: Record<string, unknown>;
  readonly systemAttrs: Record<string, unknown>;
  /** The first of its attributes that can't be read: the other studies are none the worse for it. */
  unreadable?: StorageError;
}

/** Reads all studies, by id: a database holds few, so that finding one needs no own query. */
async function readStudies(tx: Transaction, queries: Queries, url: string): Promise<StudyDraft[]> {
  const rows = await tx.all(queries.studies({}));
  const studies = rows.map(({ study_id: id, study_name: stored }): StudyDraft => {
    const study: StudyDraft = {
      ...{ id, name: String(stored), directions: [], userAttrs: {}, systemAttrs: {} },
    };
    readable(study, () => textCell(`${url}: the name of the study with id ${id}`, stored));
    return study;
  });
  const byId = new Map(studies.map((study) => [study.id, study]));
  const unset = new Set<number>();
  for (const row of await tx.all(queries.directions({}))) {
    const study = byId.get(row.study_id);
    if (!study) continue;
    readable(study, () => {
      const direction = directionOf(row.direction, `${url}: the study with id ${row.study_id}`);
      if (direction === undefined) unset.add(row.study_id);
      else study.directions.push(direction);
    });
  }
  for (const id of unset) byId.get(id)?.directions.splice(0);
  for (const [kind, field] of [
    ["user", "userAttrs"],
    ["system", "systemAttrs"],
  ] as const) {
    for (const row of await tx.all(queries.studyAttributes[kind].read({}))) {
      const study = byId.get(row.study_id);
      if (!study) continue;
      const of = `${url}: study ${JSON.stringify(study.name)}`;
      readable(study, () =>
        put(study[field], row.key, storedAttribute(row.value_json, row.key, of)),
      );
    }
  }
  return studies;
}

function readable(study: Pick<StudyDraft, "unreadable">, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    study.unreadable ??= error;
  }
}

async function readSummaries(
  tx: Transaction,
  queries: Queries,
  url: string,
): Promise<StudySummary[]> {
  const studies = await readStudies(tx, queries, url);
  const rows = await tx.all(queries.counts({}));
  const running = await tx.all(queries.runners({}));
  return studies.map((study) => {
    const counts = Object.fromEntries(TRIAL_STATES.map((state) => [state, 0])) as Record<
      TrialState,
      number
    >;
    const where = `${url}: study ${JSON.stringify(study.name)}`;
    let first: string | undefined;
    for (const row of rows.filter((each) => each.study_id === study.id)) {
      const state = trialState(row.state);
      if (state !== undefined) counts[state] = row.count;
      if (row.first_start && (!first || row.first_start < first)) first = row.first_start;
    }
    const runners: unknown[] = [];
    for (const { value_json: json, number } of running.filter((row) => row.study_id === study.id)) {
      const of = `${where}: trial ${number}`;
      readable(study, () => runners.push(storedAttribute(json, ATTRIBUTE.runner, of)));
    }
    const startedAt = first && dateOf(first, where, "a datetime_start");
    const { unreadable, ...record } = study;
    return {
      ...{ ...record, counts, runners },
      ...(startedAt && { startedAt }),
      ...(unreadable && { unreadable: unreadable.message }),
    };
  });
}
