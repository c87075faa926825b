import { random } from "../../strategies/index.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { NAMES, space } from "./six-floats.ts";

/*
 * One worker process on a shared database: says that it is ready, and once it is told to begin runs
 * trials until it is told to stop. usage: direct-worker.js URL
 */

const storage = await openStorage(process.argv[2]);
const study = await createStudy(
  {
    ...{ name: "direct", space, strategy: random() },
    objective: ({ params }) => NAMES.reduce((sum, name) => sum + Number(params[name]) ** 2, 0),
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
