// Runs the compiled test suite on other Node versions, which npm's `node` packages bring.
// usage: node .ci/nodes.js 22 24
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const versions = process.argv.slice(2);
// The binary package itself: the wrapper, `node`, would need an install script.
const platform = process.platform === "win32" ? "win" : process.platform;
const folder = mkdtempSync(join(tmpdir(), "hpo-nodes-"));
let failed = 0;
try {
  for (const version of versions) {
    const prefix = join(folder, version);
    const name = `node-${platform}-${process.arch}`;
    run("npm", ["install", "--prefix", prefix, "--no-save", "--silent", `${name}@${version}`]);
    const binary = join(prefix, "node_modules", name, "bin", "node");
    console.log(`\n== Node ${run(binary, ["--version"]).trim()}`);
    const tests = spawnSync(binary, ["node_modules/ava/entrypoints/cli.mjs"], { stdio: "inherit" });
    if (tests.status !== 0) failed++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  failed === 0
    ? `The suite passes on Node ${versions.join(" and ")}.`
    : `The suite fails on ${failed} of ${versions.length} Node versions.`,
);
process.exitCode = failed === 0 ? 0 : 1;

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}
