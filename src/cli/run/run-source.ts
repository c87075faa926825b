import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage } from "../../contracts/storage.ts";
import type { Attributes } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { isStudyFile } from "../../study-file/is-study-file.ts";
import type { StudySource } from "../../study-file/load-study-file.ts";
import { fromAnywhere } from "../given-parts.ts";
import { keptFlags, type KeptFlags } from "./run-flags.ts";
import { shellQuote } from "../shell-quote.ts";
import { quotedName } from "../visible.ts";

/** What `hpo study resume` goes on with: the file, and the flags that go over what it says. */
export type RunSource = StudySource & { readonly flags?: KeptFlags };

/** @throws HpoError if hpo study run did not start the study */
export function sourceOf(name: string, systemAttrs: Attributes): RunSource {
  const source = systemAttrs[ATTRIBUTE.source] as RunSource | undefined;
  if (source) return source;
  throw new HpoError(
    `Study ${quotedName(name)} was not started by hpo study run, so its objective is not known. ` +
      "Use hpo study run FILE with a file that declares a study of this name.",
  );
}

/** The flags that a study was run with last. */
export const flagsOf = (systemAttrs: Attributes): KeptFlags =>
  keptFlags((systemAttrs[ATTRIBUTE.source] as RunSource | undefined)?.flags);

/**
 * For a command that reads a study's file and takes no name.
 * @throws HpoError if there is no such file, and the storage has a study that is called so
 */
export async function refuseStudyName(
  command: string,
  text: string,
  storage: Storage,
): Promise<void> {
  if (existsSync(text) || isStudyFile(text)) return;
  const record = await storage.findStudy(text);
  if (!record) return;
  const source = record.systemAttrs[ATTRIBUTE.source] as RunSource | undefined;
  const file = source && "url" in source ? shellQuote(fileURLToPath(source.url)) : "FILE";
  throw new HpoError(
    `${command} takes a study's file, and ${quotedName(text)} is the name of a stored study. ` +
      `Give the file that declares it: ${command} ${file}.`,
  );
}

/** Lets `hpo study resume NAME` find the objective again, and go on as the study was run. */
export async function rememberSource(
  storage: Storage,
  name: string,
  source: StudySource,
  flags: KeptFlags,
): Promise<void> {
  const record = await storage.findStudy(name);
  const given = keptFlags({ ...flags, ...fromAnywhere(flags) });
  const run: RunSource = { ...source, ...(Object.keys(given).length > 0 && { flags: given }) };
  if (record) await storage.setStudyAttributes(record.id, { system: { [ATTRIBUTE.source]: run } });
}
