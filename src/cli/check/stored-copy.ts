import { copyStudy } from "../../study/manage-studies.ts";
import { foldersOf, movedFolders, newFolders } from "../../artifacts/study-folders.ts";
import type { Storage } from "../../contracts/storage.ts";
import { StorageNotFoundError } from "../../errors/errors.ts";
import { openStorage } from "../../storage/open-storage.ts";
import type { StudyDefinition } from "../../study/study-definition.ts";

/** The folder that a trial would have in a real run. */
export type FolderOf = (trialNumber: number) => string;

/**
 * Copies the study that a run would go on with, if there is one, into a storage in memory: a check is to show the
 * trials that come next, and to write nothing.
 * @throws StorageError if the storage can't be used
 */
export async function copyStored(
  { name, artifacts }: StudyDefinition,
  url: string,
  to: Storage,
): Promise<FolderOf> {
  const place = { url: /^[a-z]{2,}:/.test(url) ? url : `sqlite:${url}` };
  const storage = await openedIfThere(url);
  try {
    const record = await storage?.findStudy(name);
    if (storage && record) await copyStudy(name, name, { storage, to });
    const systemAttrs = record
      ? { ...record.systemAttrs, ...movedFolders(place, record, artifacts) }
      : newFolders(place, name, artifacts);
    const folders = foldersOf(place, { name, systemAttrs });
    return (number) => folders.of(number);
  } finally {
    await storage?.close();
  }
}

async function openedIfThere(url: string): Promise<Storage | undefined> {
  // A coordinator's study is run by its workers alone.
  if (/^https?:/.test(url)) return undefined;
  try {
    return await openStorage(url, { create: false });
  } catch (error) {
    if (error instanceof StorageNotFoundError) return undefined;
    throw error;
  }
}
