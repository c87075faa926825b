import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { quickVerb } from "./quick-words.ts";

const BUNDLE = fileURLToPath(new URL("./commands.cjs", import.meta.url));
/** In a clone, what the compiler writes whenever something else is compiled. */
const LAST_COMPILED = fileURLToPath(new URL("../../../.tsbuildinfo", import.meta.url));

/** Runs a quick command from its bundle, and ends the process. Returns if it is none, or was built before what it is built of. */
export async function runQuickly(words: readonly string[]): Promise<void> {
  const verb = quickVerb(words);
  if (verb === undefined || timeOf(BUNDLE) <= timeOf(LAST_COMPILED)) return;
  const { exportsOf } = await import("./run-cached.ts");
  const { exports, isKept } = exportsOf(BUNDLE, verb);
  const { runQuick } = exports as typeof import("./quick-commands.ts");
  process.exitCode = await runQuick(words, BUNDLE, isKept);
  await Promise.all([process.stdout, process.stderr].map(written));
  // An ordinary exit, with all modules and handles, would take a quarter of the command's time.
  process.exit();
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void stream.write("", () => resolve()));

/** 0 where there is no such file. */
const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
