import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** Writes heartbeats for a process whose thread is blocked, as by a synchronous objective. */
export interface BlockedBeat {
  /** Called regularly by the thread, which shows that it is not blocked. */
  alive(): void;
  end(): void;
}

// SQLite is opened in a process's main thread only: the watching thread starts a process per beat.
const WATCH = `
const { parentPort, receiveMessageOnPort, workerData } = require("node:worker_threads");
const { spawnSync } = require("node:child_process");
const { flag, program } = workerData;
let told = { signs: [] };
for (let seen = -1; ; ) {
  for (let next = receiveMessageOnPort(parentPort); next; next = receiveMessageOnPort(parentPort)) {
    told = next.message;
  }
  const now = Atomics.load(flag, 0);
  if (now === seen && told.signs.length > 0) {
    const input = JSON.stringify(told.signs);
    spawnSync(process.execPath, [program], { input, stdio: ["pipe", "ignore", "ignore"] });
  }
  seen = now;
  Atomics.wait(flag, 0, seen, told.signs.length > 0 ? told.everyMs : Infinity);
}`;

/**
 * It gets its input by stdin: a storage's URL may hold a password, which no command line may show.
 */
const PROGRAM = fileURLToPath(new URL("./beat-once.js", import.meta.url));

/**
 * The storages and workers that need heartbeats. One thread serves all: it takes 20 ms to start.
 */
const needed = new Set<{ readonly storage: string; readonly worker: string }>();
const flag = new Int32Array(new SharedArrayBuffer(4));
let thread: Worker | undefined;

/** @param everyMs after so long without `alive` it writes a heartbeat, and again each time */
export function blockedBeat(storage: string, worker: string, everyMs: number): BlockedBeat {
  const sign = { storage, worker };
  needed.add(sign);
  tell(everyMs);
  return {
    alive,
    end: () => {
      if (needed.delete(sign)) tell(everyMs);
    },
  };
}

function tell(everyMs: number): void {
  thread ??= startWatch();
  thread.postMessage({ signs: [...needed], everyMs });
  alive();
}

function alive(): void {
  Atomics.add(flag, 0, 1);
  Atomics.notify(flag, 0);
}

function startWatch(): Worker {
  const workerData = { flag, program: PROGRAM };
  const watch = new Worker(WATCH, { eval: true, workerData, execArgv: [] });
  // It does not keep the process alive. If it can't start, the process beats only while unblocked.
  watch.unref();
  watch.on("error", () => undefined);
  return watch;
}
