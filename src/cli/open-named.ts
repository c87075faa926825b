import { loadStudy, openStudy } from "../study/open-study.ts";
import type { Storage } from "../contracts/storage.ts";
import type { Study } from "../study/study.ts";
import { isStudyFile, loadStudyFile } from "../study-file/load-study-file.ts";

/** A stored study by its name, or that of a study file, created if need be. */
export async function openNamedOrFile(text: string, storage: Storage): Promise<Study> {
  if (!isStudyFile(text)) return loadStudy(text, { storage });
  const { definition } = await loadStudyFile(text);
  return openStudy(definition, { storage });
}
