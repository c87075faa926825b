import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import { processesWith, untilNone } from "../../runner/fixtures/processes.ts";
import { createStudy } from "../../index.ts";
import { stopSignals } from "./interrupt.ts";
import type { TrialJson } from "../../export/trial-json.ts";

const main = fileURLToPath(new URL("../main.js", import.meta.url));
/** A trial ends once there is a file "go"; its process starts a child. */
const STUDY = `
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
export default {
  name: "signals", trials: 5,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
  ] },
  objective: async (trial) => {
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1 << 30)"], { stdio: "ignore" });
    writeFileSync("running", "");
    while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
    return trial.params.x;
  },
};
`;

/** Runs the study, sends it the signals, lets its trial end or not, and gives what came of it. */
async function signalled(ends: boolean, signals: readonly NodeJS.Signals[], ...flags: string[]) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hpo-signals-")));
  writeFileSync(join(folder, "study.mjs"), STUDY);
  const args = [main, "study", "run", "study.mjs", "--isolation", "process", ...flags];
  const env = { ...process.env, HPO_TEST_MARK: folder };
  const run = spawn(process.execPath, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (text) => (out += String(text)));
  const ended = new Promise<number | null>((resolve) => run.once("close", resolve));
  while (!existsSync(join(folder, "running"))) await sleep(10);
  for (const signal of signals) run.kill(signal);
  while (!out.includes("Finishing")) await sleep(10);
  if (ends) writeFileSync(join(folder, "go"), "");
  const code = await ended;
  const left = await untilNone(() => processesWith("HPO_TEST_MARK", folder));
  const list = spawnSync(process.execPath, [main, "study", "trials", "signals", "--json"], {
    cwd: folder,
    encoding: "utf8",
  });
  const states = (JSON.parse(list.stdout) as TrialJson[]).map(({ state }) => state);
  rmSync(folder, { recursive: true });
  return { out, code, left, states };
}

test("a signal lets what runs end and starts nothing new, sent twice at once or not", async (t) => {
  for (const signals of [["SIGTERM"], ["SIGHUP"], ["SIGINT", "SIGINT"]] as NodeJS.Signals[][]) {
    const { out, code, left, states } = await signalled(true, signals);
    t.regex(out, /Finishing 1 running trial; once more to stop now/);
    t.is(code, 130);
    t.deepEqual(states, ["complete"]);
    t.deepEqual(left, []);
  }
});

test.serial("a signal between two trials does not say that trials are finished", async (t) => {
  const study = await createStudy({ name: "between" });
  const said: string[] = [];
  const stop = stopSignals(study, (text) => said.push(text));
  process.emit("SIGTERM");
  await study.ask();
  stop.end();
  const running = stopSignals(study, (text) => said.push(text));
  process.emit("SIGTERM");
  running.end();
  t.deepEqual(said, [
    "Stopping, as no trial is running; once more to stop now.",
    "Finishing 1 running trial; once more to stop now.",
  ]);
});

test("a trial that does not end within the time to drain is handed back, its processes killed", async (t) => {
  const { out, code, left, states } = await signalled(false, ["SIGTERM"], "--drain", "1s");
  t.regex(out, /Finishing 1 running trial, for .*at most/);
  t.regex(out, /Stopping now; running trials will be started again/);
  t.is(code, 130);
  t.deepEqual(states, ["running"]);
  t.deepEqual(left, []);
});
