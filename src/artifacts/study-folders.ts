import { ATTRIBUTE } from "../contracts/attributes.ts";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Storage, StudyRecord } from "../contracts/storage.ts";
import type { Attributes } from "../contracts/trial.ts";
import { ownPlace } from "./study-mark.ts";

/** What is needed of a storage: where it is. */
export type StorageAddress = Pick<Storage, "url">;

/** Where a study's trials keep their files; nothing is made here. */
export interface StudyFolders {
  /** Absolute paths, the one for new trials first. */
  readonly places: readonly string[];
  /** A trial's folder: where it is, or where it is to be made. */
  of(trialNumber: number): string;
}

/** The folders of a stored study. */
export function foldersOf(
  storage: StorageAddress,
  record: Pick<StudyRecord, "name" | "systemAttrs">,
): StudyFolders {
  const key = record.systemAttrs[ATTRIBUTE.key];
  // On another machine an earlier study of the same name may have had the same place.
  const places = placesOf(storage, record).map((place) =>
    typeof key === "string" ? ownPlace(place, key) : place,
  );
  return {
    places,
    of: (trialNumber) => {
      const all = places.map((place) => join(place, String(trialNumber)));
      return (all.length > 1 ? all.find((path) => existsSync(path)) : undefined) ?? all[0];
    },
  };
}

/** As they are stored, the same for all machines. */
function placesOf(
  storage: StorageAddress,
  { name, systemAttrs }: Pick<StudyRecord, "name" | "systemAttrs">,
): readonly string[] {
  const stored = systemAttrs[ATTRIBUTE.folders];
  return Array.isArray(stored)
    ? (stored as string[]).map((place) => resolve(baseOf(storage), place))
    : [join(rootOf(storage), folderName(name))];
}

/**
 * The attribute of a study that is new: a folder of its own, so that it never takes an earlier
 * study's files for its own, whose database was deleted.
 * @param artifacts the definition's place for all its studies' files, if it names one
 */
export function newFolders(storage: StorageAddress, name: string, artifacts?: string): Attributes {
  const root = artifacts === undefined ? rootOf(storage) : resolve(artifacts);
  const first = join(root, folderName(name));
  let place = first;
  for (let count = 2; existsSync(place); count++) place = `${first}~${count}`;
  return { [ATTRIBUTE.folders]: [stored(storage, place)] };
}

/** The attribute with the definition's place in front; undefined if new trials go there already. */
export function movedFolders(
  storage: StorageAddress,
  record: StudyRecord,
  artifacts: string | undefined,
): Attributes | undefined {
  if (artifacts === undefined) return undefined;
  const places = placesOf(storage, record);
  const wanted = resolve(artifacts);
  if (dirname(places[0]) === wanted) return undefined;
  const before = places.filter((place) => dirname(place) !== wanted);
  const again = places.find((place) => dirname(place) === wanted);
  const [first] = newFolders(storage, record.name, artifacts)[ATTRIBUTE.folders] as string[];
  const rest = before.map((place) => stored(storage, place));
  return { [ATTRIBUTE.folders]: [again === undefined ? first : stored(storage, again), ...rest] };
}

/** The attribute that keeps the folders where they are, whatever the study's name becomes. */
export const keptFolders = (storage: StorageAddress, record: StudyRecord): Attributes => ({
  [ATTRIBUTE.folders]: placesOf(storage, record).map((place) => stored(storage, place)),
});

/**
 * Beside `hpo.db`, `hpo-trials`; with a database server the same where the program runs; in memory, a
 * folder of the system's for temporary files.
 */
function rootOf(storage: StorageAddress): string {
  if (storage.url.startsWith("postgres:")) return resolve("hpo-trials");
  const file = fileOf(storage);
  if (file === undefined) return temporaryRoot(storage);
  return join(dirname(file), `${basename(file).replace(/\.db$/, "")}-trials`);
}

const baseOf = (storage: StorageAddress): string => {
  const file = fileOf(storage);
  return file === undefined ? process.cwd() : dirname(file);
};

const fileOf = ({ url }: StorageAddress): string | undefined =>
  url.startsWith("sqlite:") ? resolve(url.slice("sqlite:".length)) : undefined;

/** Relative below the database's folder, so that both can be moved together. */
function stored(storage: StorageAddress, place: string): string {
  if (fileOf(storage) === undefined) return place;
  const path = relative(baseOf(storage), place);
  return path.startsWith("..") ? place : path;
}

const temporaryRoots = new WeakMap<StorageAddress, string>();
let temporaryCount = 0;

function temporaryRoot(storage: StorageAddress): string {
  const known = temporaryRoots.get(storage);
  if (known !== undefined) return known;
  const root = join(tmpdir(), `hpo-trials-${process.pid}-${temporaryCount++}`);
  temporaryRoots.set(storage, root);
  return root;
}

const LONGEST_NAME = 100;
/** File systems take 255, of which a few are for what tells folders apart. */
const LONGEST_BYTES = 235;

/** A name that any file system takes; different studies get different ones. */
export function folderName(study: string): string {
  const name = study.replaceAll(/[^\p{L}\p{N}_. -]|^[. -]|[. ]$/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  if (name.length <= LONGEST_NAME && Buffer.byteLength(name) <= LONGEST_BYTES) return name;
  const hash = createHash("sha256").update(study).digest("hex").slice(0, 12);
  let [kept, bytes] = ["", 0];
  for (const char of name) {
    bytes += Buffer.byteLength(char);
    if (kept.length + char.length > LONGEST_NAME || bytes > LONGEST_BYTES) break;
    kept += char;
  }
  return `${kept}~${hash}`;
}
