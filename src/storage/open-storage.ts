import { byName } from "../contracts/registry.ts";
import type { Storage } from "../contracts/storage.ts";
import { HpoError } from "../errors/errors.ts";
import * as all from "./all.ts";
import type { StorageOptions, StorageScheme } from "./storage-scheme.ts";

/**
 * Opens what `url` names, and creates it where it is not there yet, unless `create` is false: `sqlite:hpo.db` or just the
 * path `hpo.db`, Optuna's `sqlite:///hpo.db` (absolute: `sqlite:////data/hpo.db`),
 * `postgres://user@host/database` (tables are created in a database that is there; needs the package
 * `pg`), or `memory:`, which lives as long as the process. `journal:FILE` reads a journal of Optuna's,
 * and writes nothing.
 * @throws StorageError if file or server can't be used; StorageNotFoundError with `create: false` if it is not
 * there, or has no tables; HpoError if `url` is none of these.
 *
 * @example
 * ```ts
 * import { listStudies, openStorage } from "hpo";
 *
 * const storage = await openStorage("sqlite:hpo.db");
 * try {
 *   console.log(await listStudies({ storage }));
 * } finally {
 *   await storage.close();
 * }
 * ```
 */
export async function openStorage(url: string, options: StorageOptions = {}): Promise<Storage> {
  const { storage, rest } = schemeOf(url);
  return storage.open(storage.locate(url, rest), options);
}

/**
 * Whether the studies in the storage at `url` are gone when the process ends.
 * @throws HpoError if `url` names no storage
 */
export function endsWithProcess(url: string): boolean {
  const { storage, rest } = schemeOf(url);
  storage.locate(url, rest);
  return storage.endsWithProcess ?? false;
}

/**
 * Looks whether what lies at `url` is whole, where others than the storage can touch it; it may be open.
 * @returns whether there was something to look at
 * @throws StorageError if it is damaged
 */
export async function checkStored(url: string): Promise<boolean> {
  const { storage, rest } = schemeOf(url);
  await storage.check?.(storage.locate(url, rest), url);
  return storage.check !== undefined;
}

/** The URL of a storage as it may be shown: without a password. */
export function shownStorage(url: string): string {
  const { scheme } = partsOf(url);
  return scheme === undefined ? url : (schemes.get(scheme)?.shown?.(url) ?? url);
}

/** What to say of a storage without studies beside that it has none: with a space before it, or nothing. */
export function ifNoStudy(url: string): string {
  const hint = schemes.get(partsOf(url).scheme ?? "sqlite")?.ifNoStudy;
  return hint === undefined ? "" : ` ${hint}`;
}

/** The storages by scheme, aliases included. */
const schemes: ReadonlyMap<string, StorageScheme> = new Map(
  Object.entries<StorageScheme>(byName(all)).flatMap(([name, storage]) =>
    [name, ...(storage.aliases ?? [])].map((scheme) => [scheme, storage] as const),
  ),
);

function schemeOf(url: string): { readonly storage: StorageScheme; readonly rest: string } {
  const { scheme = "sqlite", rest } = partsOf(url);
  const storage = schemes.get(scheme);
  if (storage) return { storage, rest };
  const forms = [...new Set(schemes.values())].flatMap(({ form }) => form ?? []);
  // The rest of the URL may hold a password, so it is not shown.
  throw new HpoError(
    `Storage "${scheme}:…": ${scheme}: is no storage that is known here. Give ${forms.join(", ")}.`,
  );
}

/** Splits a URL behind its scheme; a path such as `C:\\hpo.db` has none. */
function partsOf(url: string): { readonly scheme?: string; readonly rest: string } {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(url) ?? [];
  return scheme === undefined ? { rest: url } : { scheme: scheme.toLowerCase(), rest };
}
