import { openStorage } from "../storage/open-storage.ts";
import type { Storage } from "../contracts/storage.ts";
import type { LookOptions, StudyView } from "../study/study-view.ts";
import type { Study } from "../study/study.ts";
import type { CommonOptions } from "./options.ts";

/** Opens the storage for the time of `work`. */
export async function withStorage<T>(
  { storage: url }: CommonOptions,
  work: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = await openStorage(url);
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

/** Looks at a stored study for the time of `work`; see `viewStudy`. @throws StudyNotFoundError */
export const withView = <T>(
  name: string,
  options: CommonOptions & LookOptions,
  work: (study: StudyView) => Promise<T>,
): Promise<T> =>
  withStorage(options, async (storage) => {
    const { viewStudy } = await import("../study/study-view.ts");
    return work(await viewStudy(name, storage, options));
  });

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
