import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage } from "../../contracts/storage.ts";
import type { Attributes } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import type { StudySource } from "../../study-file/load-study-file.ts";
import { fromAnywhere } from "../given-parts.ts";
import { keptFlags, type KeptFlags, type RunFlags } from "./run-flags.ts";

/** What `hpo study resume` goes on with: the file, and the flags that go over what it says. */
export type RunSource = StudySource & { readonly flags?: KeptFlags };

/** @throws HpoError if hpo study run did not start the study */
export function sourceOf(name: string, systemAttrs: Attributes): RunSource {
  const source = systemAttrs[ATTRIBUTE.source] as RunSource | undefined;
  if (source) return source;
  throw new HpoError(
    `Study "${name}" was not started by hpo study run, so its objective is not known. ` +
      "Use hpo study run FILE with a file that declares a study of this name.",
  );
}

/** Lets `hpo study resume NAME` find the objective again, and go on as the study was run. */
export async function rememberSource(
  storage: Storage,
  name: string,
  source: StudySource,
  flags: RunFlags,
): Promise<void> {
  const record = await storage.findStudy(name);
  const given = keptFlags({ ...flags, ...fromAnywhere(flags) });
  const run: RunSource = { ...source, ...(Object.keys(given).length > 0 && { flags: given }) };
  if (record) await storage.setStudyAttributes(record.id, { system: { [ATTRIBUTE.source]: run } });
}
