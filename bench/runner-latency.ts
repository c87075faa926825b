import { recorder } from "../src/runner/fixtures/host-trial.ts";
import type { Runner } from "../src/runner/runner.ts";
import { threadRunner } from "../src/runner/thread.ts";

// What a warm worker thread adds to a trial, in milliseconds: `node dist/bench/runner-latency.js`.

const module = new URL("../src/runner/fixtures/objectives.js", import.meta.url);
const TRIALS = 1000;

async function msPerTrial(exportName: string, pruneAt = Infinity): Promise<number> {
  const runner = threadRunner({ module, exportName, workers: 1 });
  await runTrials(runner, 100, pruneAt);
  const start = performance.now();
  await runTrials(runner, TRIALS, pruneAt);
  const elapsed = performance.now() - start;
  await runner.close();
  return elapsed / TRIALS;
}

async function runTrials(runner: Runner, count: number, pruneAt: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await runner.run(recorder({ number, pruneAt }).trial);
  }
}

const noop = await msPerTrial("square");
const questions = await msPerTrial("untilPruned", 99);
console.log(`no-op trial        ${noop.toFixed(3)} ms`);
console.log(`report + prune     ${((questions - noop) / 100).toFixed(4)} ms each`);
