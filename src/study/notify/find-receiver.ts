import { accessSync, constants } from "node:fs";
import { delimiter, resolve } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import type { Notified } from "./notify-options.ts";

/**
 * Looks for the program that is to get notices, before a study begins.
 * @throws HpoError if it is not there, or can't be run
 */
export function findReceiver(where: string, notified: Notified | undefined): void {
  // Windows finds programs by their extensions, too.
  if (notified?.receiver.kind !== "program" || process.platform === "win32") return;
  const [program] = notified.receiver.words;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = program.includes("/")
    ? [resolve(program)]
    : folders.map((folder) => resolve(folder, program));
  if (paths.some(isProgram)) return;
  const missing = program.includes("/") ? `no program ${paths[0]}` : "no such program in PATH";
  throw new HpoError(
    `${where}: ${JSON.stringify(program)} is no URL, and there is ${missing}. Give https://HOST/PATH, or a ` +
      "program that is there and may be run.",
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
