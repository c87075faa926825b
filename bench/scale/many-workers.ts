import { setTimeout as sleep } from "node:timers/promises";
import { inlineRunner } from "../../src/runner/inline.ts";
import { optimize } from "../../src/study/optimize.ts";
import { httpSource } from "../../src/workers/http-source.ts";
import { RemoteStudy } from "../../src/workers/remote-study.ts";
import { NAMES, objective as sum } from "../distributed/six-floats.ts";
import { scaledStudy } from "./scaled-study.ts";

/*
 * Many workers in one process, each with its own connections, until told to stop.
 * usage: many-workers.js URL FOLDER SECONDS that a trial takes at the mean, WORKERS, SLOTS of each
 */

const [url, folder, seconds, workers, slots] = process.argv.slice(2);
const meanMs = 1000 * Number(seconds);

const objective: typeof sum = async (trial) => {
  // From half the mean to one and a half, by the parameters, so that each run has the same.
  const share = (Number(trial.params[NAMES[0]]) + 5) / 10;
  await sleep(meanMs * (0.5 + share));
  return sum(trial);
};

// None outlives what measures it.
process.once("disconnect", () => process.exit());
const notes = new Map<string, number>();
const note = (text: string): void => void notes.set(text, (notes.get(text) ?? 0) + 1);
const remotes = Array.from(
  { length: Number(workers) },
  (_, index) =>
    new RemoteStudy({
      source: httpSource({ url: new URL(url), note }),
      definition: scaledStudy,
      folder,
      note,
      worker: `worker-${process.pid}-${index}`,
    }),
);
const working = remotes.map((remote) =>
  optimize(remote, inlineRunner(objective, { slots: Number(slots) }), { workers: Number(slots) }),
);
await new Promise((resolve) => process.once("message", resolve));
for (const remote of remotes) remote.stop();
await Promise.all(working);
for (const remote of remotes) await remote.close();
for (const [text, times] of notes) console.log(`  ${times} ×: ${text}`);
process.exit();
