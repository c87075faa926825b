import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileAndExport } from "../runner/worker/module-of.ts";

/** SHA-256 of a study file, given as FILE or FILE#EXPORT. */
export const fileHash = (text: string): string =>
  createHash("sha256")
    .update(readFileSync(fileAndExport(text).path))
    .digest("hex");
