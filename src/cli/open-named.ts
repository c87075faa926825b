import { loadStudy, openStudy } from "../study/open-study.ts";
import type { Storage } from "../contracts/storage.ts";
import { findOrThrow } from "../study/stored-study.ts";
import { versionsOf } from "../study/study-version.ts";
import { strategyFrom } from "./given-parts.ts";
import type { Study } from "../study/study.ts";
import { isStudyFile, loadStudyFile } from "../study-file/load-study-file.ts";

/**
 * A stored study by its name, or that of a study file, created if need be.
 * @param flag the strategy, where the study's own is not hpo's, or another one is wanted
 */
export async function openNamedOrFile(
  text: string,
  storage: Storage,
  flag: string | undefined,
): Promise<Study> {
  if (isStudyFile(text)) {
    const { definition } = await loadStudyFile(text);
    const strategy = flag === undefined ? definition.strategy : await strategyFrom(flag);
    return openStudy({ ...definition, strategy }, { storage });
  }
  if (flag === undefined) return loadStudy(text, { storage });
  const { systemAttrs } = await findOrThrow(storage, text);
  const stored = versionsOf(systemAttrs).at(-1)?.strategy;
  return loadStudy(text, { storage, strategy: await strategyFrom(flag, stored) });
}
