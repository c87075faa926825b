import { setTimeout as sleep } from "node:timers/promises";
import { random } from "../../strategies/index.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { objective, space } from "./six-floats.ts";

/*
 * One worker process on a shared database: says that it is ready, and once it is told to begin runs
 * trials until it is told to stop. usage: direct-worker.js URL [MS that a trial takes]
 */

const waitMs = Number(process.argv[3] ?? 0);

const storage = await openStorage(process.argv[2]);
const study = await createStudy(
  {
    name: "direct",
    space,
    strategy: random(),
    objective: async (trial) => {
      if (waitMs > 0) await sleep(waitMs);
      return objective(trial);
    },
  },
  { storage, loadIfExists: true },
);
await study.refresh();
process.send!("ready");
await new Promise((resolve) => process.once("message", resolve));
process.once("message", () => study.stop());
await study.optimize();
process.send!("done");
await storage.close();
process.disconnect();
