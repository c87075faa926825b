import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { keptFile, readKept, writeKept } from "./kept-file.ts";

/**
 * The exports of a CommonJS file, compiled with what V8 made of it the last time: that is kept in the
 * user's runtime folder, one file for each of `use` and Node's version, and written as the process
 * ends. Where nothing can be kept, the file is compiled each time.
 * @param use names the part of the file's functions that will run: these alone are kept
 */
export function exportsOf(path: string, use: string): unknown {
  const cache = keptFile(path, `code-${use}`);
  const kept = cache && readKept(cache);
  const source = readFileSync(path, "utf8");
  const script = new Script(Module.wrap(source), { filename: path, cachedData: kept });
  if (cache && (!kept || script.cachedDataRejected)) {
    process.once("exit", () => writeKept(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  run(module.exports, createRequire(path), module, path, dirname(path));
  return module.exports;
}
