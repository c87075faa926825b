import { Worker } from "node:worker_threads";

/** Ends this process where an input takes for ever: nothing else interrupts a loop. */
export interface Watchdog {
  /** Another input begins. */
  readonly onInput: (name: string, seed: number) => void;
  readonly end: () => Promise<number>;
}

const WATCH = `
const { workerData: { shared, names, limitMs } } = require("node:worker_threads");
const { writeSync } = require("node:fs");
let before = -1;
let since = Date.now();
setInterval(() => {
  const [count, fuzzer, seed] = shared;
  if (count !== before) {
    before = count;
    since = Date.now();
  } else if (Date.now() - since > limitMs) {
    writeSync(2, "An input takes over " + limitMs / 1000 + " s: npm run test:fuzz -- --only " +
      names[fuzzer] + " --seed " + seed + " --count 1\\n");
    process.kill(process.pid, "SIGKILL");
  }
}, 500);
`;

/** @param limitMs of wall time, as it must tell a loop from a busy machine */
export function watchdog(names: readonly string[], limitMs: number): Watchdog {
  const shared = new Int32Array(new SharedArrayBuffer(12));
  const worker = new Worker(WATCH, { eval: true, workerData: { shared, names, limitMs } });
  return {
    onInput: (name, seed) => {
      shared[1] = names.indexOf(name);
      shared[2] = seed;
      shared[0]++;
    },
    end: () => worker.terminate(),
  };
}
