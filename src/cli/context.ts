import { StorageNotFoundError } from "../errors/errors.ts";
import { openStorage, shownStorage } from "../storage/open-storage.ts";
import type { StorageOptions } from "../storage/storage-scheme.ts";
import type { Storage } from "../contracts/storage.ts";
import type { LookOptions, StudyView } from "../study/study-view.ts";
import type { Study } from "../study/study.ts";
import { spareCompiler } from "../system/short-process.ts";
import type { CommonOptions } from "./options.ts";
import { warn } from "./output.ts";

/** Opens the storage for the time of `work`; unless `opening` says so, none is created. */
export async function withStorage<T>(
  { storage: url }: CommonOptions,
  work: (storage: Storage) => Promise<T>,
  opening: StorageOptions = { create: false },
): Promise<T> {
  warnOfPassword(url);
  const storage = await openPlace(url, opening);
  spareCompiler();
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

/** As `withStorage`; where there is no storage yet, undefined, once `otherwise` had the error that says so. */
export async function withStorageIfThere<T>(
  options: CommonOptions,
  work: (storage: Storage) => Promise<T>,
  otherwise?: (error: StorageNotFoundError) => void,
): Promise<T | undefined> {
  try {
    return await withStorage(options, work);
  } catch (error) {
    if (!(error instanceof StorageNotFoundError)) throw error;
    otherwise?.(error);
    return undefined;
  }
}

/** Warns of a password on the command line: every user of the machine can list its processes' arguments. */
function warnOfPassword(url: string): void {
  const isTold = shownStorage(url) !== url && /^postgres.*(:[^/@]*@|[?&]password=)/i.test(url);
  if (!isTold || !process.argv.includes(url)) return;
  warn(
    `The password of ${shownStorage(url)} is in a command line, which every user of this machine can ` +
      "read. Give the URL in HPO_STORAGE, or the password in PGPASSWORD or a PGPASSFILE.",
  );
}

/** A storage, or what a coordinator shows of its studies. */
async function openPlace(url: string, opening?: StorageOptions): Promise<Storage> {
  if (!isCoordinator(url)) return openStorage(url, opening);
  const { httpStorage } = await import("../workers/http-storage.ts");
  return httpStorage(url);
}

export const isCoordinator = (text: string): boolean => /^https?:\/\//.test(text);

/** A study by its name; or by the URL that `hpo study serve` prints, which says where it is, too. */
export function placeOf<Options extends CommonOptions>(
  name: string,
  options: Options,
): { readonly name: string; readonly options: Options } {
  const [, storage, study] = /^(https?:\/\/.+)\/([^/]+)\/?$/.exec(name) ?? [];
  if (study === undefined) return { name, options };
  return { name: decodeURIComponent(study), options: { ...options, storage } };
}

/** Looks at a stored study for the time of `work`; see `viewStudy`. @throws StudyNotFoundError */
export const withView = <T>(
  given: string,
  options: CommonOptions & LookOptions,
  work: (study: StudyView) => Promise<T>,
): Promise<T> => {
  const { name, options: place } = placeOf(given, options);
  return withStorage(place, async (storage) => {
    const { viewStudy } = await import("../study/study-view.ts");
    return work(await viewStudy(name, storage, options));
  });
};

/**
 * Opens a stored study for the time of `work`, with nothing of what its user wrote.
 * @throws StudyNotFoundError
 */
export const withStudy = <T>(
  name: string,
  options: CommonOptions,
  work: (study: Study) => Promise<T>,
): Promise<T> =>
  withStorage(options, async (storage) => {
    // What lists the studies needs none of it.
    const { loadStudy } = await import("../study/load-study.ts");
    return work(await loadStudy(name, { storage }));
  });
