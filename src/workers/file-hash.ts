import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileAndExport } from "../runner/worker/module-of.ts";

/** SHA-256 of a study file, given as FILE or FILE#EXPORT. */
export const fileHash = (text: string): string =>
  createHash("sha256")
    .update(readFileSync(fileAndExport(text).path))
    .digest("hex");

/** A note if a worker's copy of the study file has another text; undefined if not. */
export function fileDifference(
  who: string,
  theirs: string | undefined,
  ours: string | undefined,
): string | undefined {
  if (theirs === undefined || ours === undefined || theirs === ours) return undefined;
  return (
    `${who} has another text of the study file, though of the same study: SHA-256 ${theirs.slice(0, 12)}… ` +
    `there, ${ours.slice(0, 12)}… here. Each trial keeps which one it ran by.`
  );
}
