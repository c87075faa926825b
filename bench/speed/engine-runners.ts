import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { random } from "../../strategies/index.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { commandRunner } from "../../src/runner/command/command-runner.ts";
import { processRunner } from "../../src/runner/process/process-runner.ts";
import type { Runner } from "../../src/contracts/runner.ts";
import { threadRunner } from "../../src/runner/thread/thread-runner.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import type { EngineRow } from "./engine-row.ts";
import { engineOf } from "../../src/study/study-internals.ts";

/*
 * What running a trial elsewhere costs: empty trials in threads and processes, metrics one by one,
 * and short commands on two cores. The best of several rounds, as others may use the machine.
 */

const ROUNDS = 5;
const space = searchSpace({ x: float(0, 1) });

async function msPerTrial(runner: Runner, trials: number, workers = 1): Promise<number> {
  const study = await createStudy({ name: "runners", space, strategy: random() });
  await engineOf(study).optimizeWith(runner, { trials: workers * 2, workers });
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await engineOf(study).optimizeWith(runner, { trials, workers });
    best = Math.min(best, (performance.now() - start) / trials);
  }
  await runner.close();
  return best;
}

const atMost = (what: string, value: number, unit: string, most: number): EngineRow => ({
  what,
  value,
  unit,
  bar: `≤ ${most}`,
  holds: value <= most,
});

const REPORTS = 5000;
const NOOP = "export default () => 0;\n";
const STREAM = `export default (trial) => {
  for (let step = 0; step < ${REPORTS}; step++) trial.report(step, step);
  return 0;
};
`;
const STREAMING_PROGRAM = `
for (let step = 0; step < ${REPORTS}; step++) {
  process.stdout.write(JSON.stringify({ step, value: step }) + "\\n");
}
process.stdout.write('{"value": 0}\\n');
`;
/** Ends when its process has used 50 ms of CPU, its start included. */
const BURN_MS = 50;
const BURNING_PROGRAM = `
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
while (used() < ${BURN_MS}) Math.sqrt(2);
console.log('{"value": 1}');
`;

export async function runnerRows(folder: string): Promise<EngineRow[]> {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const noop = file("noop-runner.mjs", NOOP);
  const stream = file("stream.mjs", STREAM);
  const command = (name: string, text: string, slots: number): Runner =>
    commandRunner({
      command: [process.execPath, file(name, text)],
      slots,
      outputLimitMiB: 0,
    });
  const perReport = (msPerTrialOfStream: number): number => (1000 * msPerTrialOfStream) / REPORTS;
  return [
    atMost(
      "no-op trial in a warm child process",
      await msPerTrial(processRunner({ module: noop, workers: 1 }), 200),
      "ms",
      2,
    ),
    atMost(
      "a streamed metric, thread",
      perReport(await msPerTrial(threadRunner({ module: stream, workers: 1 }), 1)),
      "µs",
      100,
    ),
    atMost(
      "a streamed metric, child process",
      perReport(await msPerTrial(processRunner({ module: stream, workers: 1 }), 1)),
      "µs",
      100,
    ),
    atMost(
      "a streamed metric, command",
      perReport(await msPerTrial(command("stream-program.mjs", STREAMING_PROGRAM, 1), 1)),
      "µs",
      100,
    ),
    ...(await busyRows(
      () => command("burn.mjs", BURNING_PROGRAM, 8),
      file("burn.mjs", BURNING_PROGRAM),
    )),
  ];
}

/**
 * How well eight commands at once that need 50 ms each keep the cores busy: against eight loops that
 * only start them, by the clock, and by the CPU time that a trial takes (its process and ours), which
 * others on the machine do not disturb.
 */
async function busyRows(makeRunner: () => Runner, program: string): Promise<EngineRow[]> {
  const bare = { ms: Infinity, cpuMs: Infinity };
  let ms = Infinity;
  const runner = makeRunner();
  const study = await createStudy({ name: "busy", space, strategy: random() });
  await engineOf(study).optimizeWith(runner, { trials: 16, workers: 8 });
  for (let round = 0; round < ROUNDS; round++) {
    const once = await bareCommands(program, 48);
    bare.ms = Math.min(bare.ms, once.ms);
    bare.cpuMs = Math.min(bare.cpuMs, once.cpuMs);
    const start = performance.now();
    await engineOf(study).optimizeWith(runner, { trials: 48, workers: 8 });
    ms = Math.min(ms, (performance.now() - start) / 48);
  }
  await runner.close();
  // The difference of two runs leaves out the start of the supervisors.
  const [few, many] = [16, 96];
  const cpuMs =
    ((await cpuOf(makeRunner(), many)) - (await cpuOf(makeRunner(), few))) / (many - few);
  const what = "8 commands of 50 ms at once";
  return [
    atLeast(`${what}: share of the time`, bare.ms / ms, 0.85),
    atLeast(`${what}: share of the CPU`, bare.cpuMs / cpuMs, 0.85),
  ];
}

const atLeast = (what: string, value: number, least: number): EngineRow => ({
  what,
  value,
  unit: "",
  bar: `≥ ${least}`,
  holds: value >= least,
});

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Per command. */
async function bareCommands(program: string, count: number): Promise<Cost> {
  const loop = async (): Promise<void> => {
    for (let i = 0; i < count / 8; i++) {
      await once(spawn(process.execPath, [program], { stdio: "ignore" }), "exit");
    }
  };
  const cpuBefore = cpuMsUsed();
  const start = performance.now();
  await Promise.all(Array.from({ length: 8 }, loop));
  return {
    ms: (performance.now() - start) / count,
    cpuMs: (cpuMsUsed() - cpuBefore) / count,
  };
}

/** What a study of so many trials costs, everything that it starts included. */
async function cpuOf(runner: Runner, trials: number): Promise<number> {
  const before = cpuMsUsed();
  const study = await createStudy({ name: "cpu", space, strategy: random() });
  await engineOf(study).optimizeWith(runner, { trials, workers: 8 });
  await runner.close();
  return cpuMsUsed() - before;
}

/** CPU time of this process and of those that ended under it, in ms (ticks of 10 ms). */
function cpuMsUsed(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}
