import type { Storage } from "../contracts/storage.ts";
import { isStudyFile } from "../study-file/is-study-file.ts";
import { loadStudy, type LoadOptions } from "../study/load-study.ts";
import { findOrThrow } from "../study/stored-study.ts";
import { versionsOf } from "../study/study-version.ts";
import type { Study } from "../study/study.ts";

/**
 * A stored study by its name, or that of a study file, created if need be.
 * @param flag the strategy, where the study's own is not hpo's, or another one is wanted
 * @param load how one is opened by its name
 */
export async function openNamedOrFile(
  text: string,
  storage: Storage,
  flag: string | undefined,
  load: (name: string, options: LoadOptions) => Promise<Study> = loadStudy,
): Promise<Study> {
  const isFile = isStudyFile(text);
  if (!isFile && flag === undefined) return load(text, { storage });
  // What its user wrote is read: a study with nothing of that needs none of it.
  const { strategyFrom } = await import("./given-parts.ts");
  if (isFile) {
    const { loadStudyFile } = await import("../study-file/load-study-file.ts");
    const { openStudy } = await import("../study/open-study.ts");
    const { definition } = await loadStudyFile(text);
    const strategy = flag === undefined ? definition.strategy : await strategyFrom(flag);
    return openStudy({ ...definition, strategy }, { storage });
  }
  const { systemAttrs } = await findOrThrow(storage, text);
  const stored = versionsOf(systemAttrs).at(-1)?.strategy;
  return load(text, { storage, strategy: await strategyFrom(flag!, stored) });
}
