#!/usr/bin/env node
import { watchOutput } from "./closed-output.ts";
import { packageVersion } from "./version.ts";

watchOutput();
const words = process.argv.slice(2);
if (words.length === 1 && ["-V", "--version"].includes(words[0])) {
  // Scripts that look for hpo ask for this alone; the commands, half of its time, are not loaded.
  process.stdout.write(`${packageVersion()}\n`);
} else {
  const { runCli } = await import("./program.ts");
  process.exitCode = await runCli(words);
}
