#!/usr/bin/env node
import { runQuickly } from "./quick/run-quickly.ts";

// The build makes one CommonJS file of this, hpo.cjs, which is what `hpo` runs: Node starts it without its
// loader of ES modules, which an ask by command has no use for.

const words = process.argv.slice(2);

async function run(): Promise<void> {
  // Scripts call these trial by trial; the commands, most of what is loaded, are not read for them.
  await runQuickly(words);
  process.exitCode = await runAny();
}

async function runAny(): Promise<number> {
  const { watchOutput } = await import("./closed-output.ts");
  watchOutput();
  if (words.length === 1 && ["-V", "--version"].includes(words[0])) {
    const { packageVersion } = await import("../system/package-version.ts");
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const { runCli } = await import("./program.ts");
  return runCli(words);
}

void run();
