import { copyStudy } from "../../study/manage-studies.ts";
import { foldersOf, movedFolders, newFolders } from "../../artifacts/study-folders.ts";
import type { Storage, StudyRecord } from "../../contracts/storage.ts";
import { HpoError, StorageError, StorageNotFoundError } from "../../errors/errors.ts";
import { openStorage } from "../../storage/open-storage.ts";
import type { StudyDefinition } from "../../study/study-definition.ts";
import { httpStorage } from "../../workers/http-storage.ts";
import { isCoordinator } from "../context.ts";

export interface StoredCopy {
  /** The folder that a trial would have in a real run. */
  readonly folderOf: (trialNumber: number) => string;
  /** Why nothing could be read of the storage, where that is so: the study may be there. */
  readonly unread?: string;
}

/**
 * Copies the study that a run would go on with, if there is one, into a storage in memory: a check is to show the
 * trials that come next, and to write nothing.
 * @throws HpoError if the URL names no storage
 */
export async function copyStored(
  definition: StudyDefinition,
  url: string,
  to: Storage,
): Promise<StoredCopy> {
  try {
    return { folderOf: folderOf(definition, url, await copied(definition.name, url, to)) };
  } catch (error) {
    const isStorage = error instanceof StorageError || isCoordinator(url);
    if (!(error instanceof HpoError) || !isStorage) throw error;
    return { folderOf: folderOf(definition, url), unread: error.message };
  }
}

/** @returns the study's record, if it is there */
async function copied(name: string, url: string, to: Storage): Promise<StudyRecord | undefined> {
  const storage = await openedIfThere(url);
  try {
    const record = await storage?.findStudy(name);
    if (storage && record) await copyStudy(name, name, { storage, to });
    return record;
  } finally {
    await storage?.close();
  }
}

async function openedIfThere(url: string): Promise<Storage | undefined> {
  if (isCoordinator(url)) return coordinatorsStudies(url);
  try {
    return await openStorage(url, { create: false });
  } catch (error) {
    if (error instanceof StorageNotFoundError) return undefined;
    throw error;
  }
}

/** A coordinator does not tell a study that it lacks from one that may not be seen. */
function coordinatorsStudies(url: string): Storage {
  const storage = httpStorage(url);
  return {
    ...storage,
    findStudy: async (name) => {
      const isThere = (await storage.listStudies()).some((study) => study.name === name);
      return isThere ? storage.findStudy(name) : undefined;
    },
  };
}

function folderOf(
  { name, artifacts }: StudyDefinition,
  url: string,
  record?: StudyRecord,
): StoredCopy["folderOf"] {
  const place = { url: /^[a-z]{2,}:/.test(url) ? url : `sqlite:${url}` };
  // A coordinator's folders are not those of its workers.
  const isHere = record !== undefined && !isCoordinator(url);
  const systemAttrs = isHere
    ? { ...record.systemAttrs, ...movedFolders(place, record, artifacts) }
    : newFolders(place, name, artifacts);
  const folders = foldersOf(place, { name, systemAttrs });
  return (number) => folders.of(number);
}
