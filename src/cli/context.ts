import { openStorage } from "../storage/open-storage.ts";
import type { Storage } from "../contracts/storage.ts";
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

/** Opens a stored study for the time of `work`. @throws StudyNotFoundError */
export const withStudy = <T>(
  name: string,
  options: CommonOptions,
  work: (study: Study) => Promise<T>,
): Promise<T> =>
  withStorage(options, async (storage) => {
    // What lists the studies needs none of it.
    const { loadStudy } = await import("../study/open-study.ts");
    return work(await loadStudy(name, { storage }));
  });
