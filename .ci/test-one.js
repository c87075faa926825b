// Compiles what changed since it was last compiled, without checking types, and runs the tests of the
// files that are named: npm run test:one -- src/space/int.test.ts [-- --match "*"]
import { spawnSync } from "node:child_process";
import { compileChanged, compiledOf } from "./compile-changed.js";

const args = process.argv.slice(2);
const end = args.indexOf("--");
const tests = (end < 0 ? args : args.slice(0, end)).map(compiledOf);
const options = end < 0 ? [] : args.slice(end + 1);
if (tests.length === 0) {
  console.error("Name at least one test file: npm run test:one -- src/space/int.test.ts");
  process.exit(2);
}
console.log(`${compileChanged()} files compiled`);
const { status } = spawnSync("node_modules/.bin/ava", [...tests, ...options], { stdio: "inherit" });
process.exitCode = status ?? 1;
