import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage } from "../../contracts/storage.ts";
import type { StudySource } from "../../study-file/load-study-file.ts";
import { fromAnywhere, type PartFlags } from "../given-parts.ts";

/** What of the flags goes over what the file says, and belongs to the study from then on. */
interface StudyFlags extends PartFlags {
  readonly seed?: number;
}

/** What `hpo study resume` goes on with. */
export type RunSource = StudySource & { readonly flags?: StudyFlags };

/** Lets `hpo study resume NAME` find the objective again, and go on as the study was run. */
export async function rememberSource(
  storage: Storage,
  name: string,
  source: StudySource,
  flags: StudyFlags,
): Promise<void> {
  const record = await storage.findStudy(name);
  const { seed } = flags;
  const given = { ...(seed !== undefined && { seed }), ...fromAnywhere(flags) };
  const run: RunSource = { ...source, ...(Object.keys(given).length > 0 && { flags: given }) };
  if (record) await storage.setStudyAttributes(record.id, { system: { [ATTRIBUTE.source]: run } });
}
