import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { Storage, StudyRecord } from "../contracts/storage.ts";
import { mustBe } from "../errors/checks.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import { StudyNotFoundError } from "../errors/errors.ts";
import { memoryStorage } from "../storage/memory.ts";
import { ifNoStudy, openStorage } from "../storage/open-storage.ts";

/** Where studies are: an open storage, or its URL; `memory:` if left out. */
export interface StorageOption {
  /** An open storage, or its URL: `sqlite:hpo.db`, `memory:`. In memory if left out. */
  readonly storage?: Storage | string;
}

/**
 * @param create whether a database that is not there is created; who looks for what is stored creates none
 * @throws StorageNotFoundError if it is not there, and not to be created
 */
export async function storageOf({ storage }: StorageOption, create: boolean): Promise<Storage> {
  if (storage === undefined) return memoryStorage();
  if (typeof storage !== "string" && typeof (storage as Storage | null)?.findStudy !== "function") {
    throw mustBe("storage", storage, 'a storage, or its URL: "sqlite:hpo.db"');
  }
  return typeof storage === "string" ? openStorage(storage, { create }) : storage;
}

/** Undefined where the metrics have no names. */
export const storedMetricNames = ({ systemAttrs }: StudyRecord): readonly string[] | undefined =>
  systemAttrs[ATTRIBUTE.metricNames] as readonly string[] | undefined;

/** @throws StudyNotFoundError naming the closest study that the storage has */
export async function findOrThrow(storage: Storage, name: string): Promise<StudyRecord> {
  if (typeof name !== "string") throw mustBe("A study's name", name, "a text");
  const record = await storage.findStudy(name);
  if (record) return record;
  const names = (await storage.listStudies()).map((study) => study.name);
  throw new StudyNotFoundError(
    `${storage.url} has no study ${JSON.stringify(name)}. ${didYouMean(name, names)}` +
      (names.length === 0 ? ifNoStudy(storage.url) : ""),
  );
}
