import { createHash } from "node:crypto";
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { runtimeDir } from "../../runner/devices/runtime-dir.ts";

/**
 * The exports of a CommonJS file, compiled with what V8 made of it the last time: that is kept in the
 * user's runtime folder, one file for each of `use` and Node's version, and written as the process
 * ends. Where nothing can be kept, the file is compiled each time.
 * @param use names the part of the file's functions that will run: these alone are kept
 */
export function exportsOf(path: string, use: string): unknown {
  const cache = cacheOf(path, use);
  const kept = cache && read(cache);
  const source = readFileSync(path, "utf8");
  const script = new Script(Module.wrap(source), { filename: path, cachedData: kept });
  if (cache && (!kept || script.cachedDataRejected)) {
    process.once("exit", () => write(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, createRequire(path), module, path, dirname(path));
  return module.exports;
}

interface Cache {
  readonly file: string;
  /** Of what its code is: V8 itself tells sources apart by their lengths alone. */
  readonly source: string;
}

/** Undefined where there is no folder of the user's for it. */
function cacheOf(path: string, use: string): Cache | undefined {
  try {
    const { size, ctimeMs, ino } = statSync(path);
    const place = createHash("sha256").update(path).digest("hex").slice(0, 12);
    const name = `code-${use}-${process.version}-${place}`;
    return { file: join(runtimeDir(process.env), name), source: `${ino} ${size} ${ctimeMs}` };
  } catch {
    return undefined;
  }
}

const MARK_BYTES = 32;
/** V8 does not look whether its code is whole. */
const markOf = ({ source }: Cache, code: Uint8Array): Buffer =>
  createHash("sha256").update(source).update(code).digest();

function read(cache: Cache): Buffer | undefined {
  try {
    const bytes = readFileSync(cache.file);
    const code = bytes.subarray(MARK_BYTES);
    return markOf(cache, code).equals(bytes.subarray(0, MARK_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: other processes read it. */
function write(cache: Cache, code: Buffer): void {
  const partial = `${cache.file}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat([markOf(cache, code), code]), { mode: 0o600 });
    renameSync(partial, cache.file);
  } catch {
    // The next one compiles it, too.
  }
}
