import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

// dist/studies/ → the package.
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const run = (command: string, file: string): string =>
  execFileSync(command, [join(root, file)], { cwd: root, encoding: "utf8" });

const isWholeRun = /Stopped: 40 trials were run\. Best of 40: trial \d+, [\d.e-]+\n\{ lr: /;

test("a program with four workers runs under node, compiled", (t) => {
  t.regex(run(process.execPath, "dist/studies/programmatic.js"), isWholeRun);
});

test("the same program runs under tsx, as it is", (t) => {
  t.regex(run(join(root, "node_modules/.bin/tsx"), "studies/programmatic.ts"), isWholeRun);
});
