// Runs tests one after the other in one process, each with all of the project's code loaded anew: a mutant
// costs what its tests take, and no start of Node and ava. ava's own runner runs them.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Runner from "../../node_modules/ava/lib/runner.js";

const project = process.cwd();
register("./fresh-modules.js", import.meta.url, {
  data: { root: pathToFileURL(join(project, "dist/")).href },
});
const environment = { ...process.env };

let hasFailed = () => {};
process.on("uncaughtException", () => hasFailed());
process.on("unhandledRejection", () => hasFailed());

/** Whether all tests of a file pass; it ends at the first that fails. */
async function passes(test, run) {
  const runner = new Runner({ file: join(project, test), projectDir: project, failFast: true });
  globalThis.avaChain = runner.chain;
  const verdict = new Promise((decide) => {
    hasFailed = () => decide(false);
    runner.on("stateChange", ({ type }) => {
      if (type === "test-failed" || type === "hook-failed") decide(false);
    });
    runner.on("error", () => decide(false));
    runner.on("finish", () => decide(true));
  });
  await import(`${pathToFileURL(join(project, test)).href}?run=${run}`).catch(() => hasFailed());
  const isGood = await verdict;
  runner.interrupt();
  return isGood;
}

/** What this process ran goes into `folder`, as what its children ran does by themselves. */
async function covered(folder, work) {
  mkdirSync(folder, { recursive: true });
  // A child may run as another user.
  chmodSync(folder, 0o777);
  process.env.NODE_V8_COVERAGE = folder;
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const isGood = await work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  writeFileSync(join(folder, "own.json"), JSON.stringify({ result }));
  return isGood;
}

const TICK_MS = 10;

/** What this process and the children that it waited for have computed: no other load counts in it. */
function cpuMs() {
  // Behind the name: the 12th to 15th are utime, stime, cutime and cstime.
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + TICK_MS * Number(ticks), 0);
}

process.on("message", async ({ test, run, folder }) => {
  const before = cpuMs();
  const work = () => passes(test, run);
  const isGood = folder === undefined ? await work() : await covered(folder, work);
  process.chdir(project);
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) {
    if (!(name in environment)) delete process.env[name];
  }
  Object.assign(process.env, environment);
  process.send({ passes: isGood, cpuMs: cpuMs() - before });
});
process.send("ready");
