import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { OWN_FOLDER } from "../../artifacts/trial-directory.ts";

/** Which attempt the files in a trial's folder are of. */
export interface Origin {
  /** The lease under which they were written, or sent, last. */
  readonly lease?: string;
  /** At a worker: the lease of the coordinator's files when the trial began here. */
  readonly base?: string;
}

const pathOf = (directory: string): string => join(directory, OWN_FOLDER, "origin.json");

/** Empty where it is not known. */
export function originOf(directory: string): Origin {
  try {
    return JSON.parse(readFileSync(pathOf(directory), "utf8")) as Origin;
  } catch {
    return {};
  }
}

export function markOrigin(directory: string, origin: Origin): void {
  mkdirSync(dirname(pathOf(directory)), { recursive: true });
  writeFileSync(pathOf(directory), JSON.stringify(origin));
}
