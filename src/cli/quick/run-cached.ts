import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { keptFile, readKept, writeKept } from "./kept-file.ts";

interface CachedRun {
  readonly exports: unknown;
  /** Whether it was kept as compiled. */
  readonly isKept: boolean;
}

/**
 * The exports of a CommonJS file, compiled with what V8 made of it the last time: that is kept in the
 * user's runtime folder, one file for each of `use` and Node's version, and written as the process
 * ends well. Where nothing can be kept, the file is compiled each time.
 * @param use names the part of the file's functions that will run: these alone are kept
 */
export function exportsOf(path: string, use: string): CachedRun {
  const cache = keptFile(path, `code-${use}`);
  const kept = cache && readKept(cache);
  // The build sees to it that all is ASCII, which this reads fastest.
  const source = readFileSync(path, "latin1");
  const script = new Script(Module.wrap(source), { filename: path, cachedData: kept });
  const isKept = kept !== undefined && !script.cachedDataRejected;
  if (cache && !isKept) {
    // A command that failed ran little of what the next ones run.
    process.once("exit", (code) => {
      if (code === 0) writeKept(cache, script.createCachedData());
    });
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, lazily(createRequire(path)), module, path, dirname(path));
  return { exports: module.exports, isKept };
}

/** What most commands never use: each takes a hundredth of an ask to load. */
const RARE = new Set([
  "node:child_process",
  "node:fs/promises",
  "node:timers/promises",
  "node:worker_threads",
  "node:zlib",
  "../../vendor/kysely.cjs",
  "ml-matrix",
  "sobol",
]);
/** What is known without loading anything: a command runs in the main thread. */
const KNOWN: Readonly<Record<string, Readonly<Record<PropertyKey, unknown>>>> = {
  "node:worker_threads": { isMainThread: true },
};

/** `require`, but that of what is rarely used nothing is loaded before a member of it is. */
const lazily =
  (require: NodeJS.Require) =>
  (name: string): unknown => {
    if (!RARE.has(name)) return require(name) as unknown;
    const known = KNOWN[name] ?? {};
    const get = (_: object, member: PropertyKey): unknown =>
      Object.hasOwn(known, member)
        ? known[member]
        : (require(name) as Record<PropertyKey, unknown>)[member];
    return new Proxy({}, { get });
  };
