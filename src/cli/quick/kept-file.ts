import { createHash } from "node:crypto";
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeDir } from "../../runner/devices/runtime-dir.ts";

/** A file in the user's runtime folder with what a code file made, for later processes with the same one. */
export interface KeptFile {
  readonly file: string;
  /** Of which code it is: a file of the same name may be of another. */
  readonly source: string;
}

/**
 * One for each of `use`, Node's version and the code at `path`. Undefined where there is no folder
 * of the user's for it.
 */
export function keptFile(path: string, use: string): KeptFile | undefined {
  try {
    const { size, ctimeMs, ino } = statSync(path);
    const place = createHash("sha256").update(path).digest("hex").slice(0, 12);
    const name = `${use}-${process.version}-${place}`;
    return { file: join(runtimeDir(process.env), name), source: `${ino} ${size} ${ctimeMs}` };
  } catch {
    return undefined;
  }
}

const MARK_BYTES = 32;
/** A checksum: nothing else checks that a kept file is whole and of this code. */
const markOf = ({ source }: KeptFile, content: Uint8Array): Buffer =>
  createHash("sha256").update(source).update(content).digest();

/** What was kept; undefined if it is torn, or of other code. */
export function readKept(kept: KeptFile): Buffer | undefined {
  try {
    const bytes = readFileSync(kept.file);
    const content = bytes.subarray(MARK_BYTES);
    return markOf(kept, content).equals(bytes.subarray(0, MARK_BYTES)) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: other processes read it. Where it can't be written, the next one makes it anew. */
export function writeKept(kept: KeptFile, content: Uint8Array): void {
  const partial = `${kept.file}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat([markOf(kept, content), content]), { mode: 0o600 });
    renameSync(partial, kept.file);
  } catch {
    // The cache only saves time, so an error in writing it is ignored.
  }
}
