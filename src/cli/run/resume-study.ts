import { existsSync } from "node:fs";
import { fileAndExport } from "../../runner/worker/module-of.ts";
import { loadSource } from "../../study-file/load-study-file.ts";
import { isPartFile } from "../../study/parts/own-part.ts";
import { missing } from "../../study/parts/missing-parts.ts";
import { findOrThrow } from "../../study/stored-study.ts";
import { versionsOf } from "../../study/study-version.ts";
import { withStorage } from "../context.ts";
import { print } from "../output.ts";
import { flagsText, isQuiet, keptFlags, type RunFlags } from "./run-flags.ts";
import { sourceOf } from "./run-source.ts";
import { runStudyFile } from "./run-study.ts";

/**
 * Goes on with a study from the file that it was started from, with the flags that it was run with
 * last; those given go over them. @returns the exit code
 */
export async function resumeByName(name: string, flags: RunFlags): Promise<number> {
  const { systemAttrs } = await withStorage(flags, (storage) => findOrThrow(storage, name));
  const source = sourceOf(name, systemAttrs);
  const kept = keptFlags(source.flags);
  const together = { ...kept, ...flags, name };
  const others = Object.entries(kept).filter(
    ([flag]) => flags[flag as keyof RunFlags] === undefined,
  );
  const text = flagsText(Object.fromEntries(others));
  if (text !== "" && !isQuiet(flags)) print(`As it was run before: ${text}`);
  for (const kind of ["strategy", "pruner"] as const) {
    const text = together[kind];
    if (text === undefined || !isPartFile(text) || existsSync(fileAndExport(text).path)) continue;
    const stored = versionsOf(systemAttrs).at(-1)?.[kind] ?? { name: text };
    throw missing(kind, { ...stored, file: text }, name, "it can't go on: there is no such file");
  }
  return runStudyFile(await loadSource(source, together), together);
}
