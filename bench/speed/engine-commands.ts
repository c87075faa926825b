import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { float, searchSpace } from "../../src/space/index.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { medianOf } from "../../src/numerics/quantile.ts";
import { packageRoot } from "../package-root.ts";
import type { EngineRow } from "./engine-row.ts";

const MAIN = join(packageRoot, "dist", "src", "cli", "main.js");
const TRIALS = 10_000;
/** Tells on stderr, as the process ends, what CPU time it took since it began. */
const TELL_CPU =
  'data:text/javascript,import { writeSync } from "node:fs"; process.on("exit", () => { ' +
  "const { user, system } = process.cpuUsage(); writeSync(2, String(user + system)); });";

/** What it costs to look at a study of 10,000 trials with ten reports each, start included. */
export async function commandRows(folder: string): Promise<EngineRow[]> {
  const url = `sqlite:${join(folder, "look.db")}`;
  await writeStudy(url);
  return ["trials", "show", "best", "list"].map((command) => {
    const name = command === "list" ? [] : ["look"];
    const args = ["--import", TELL_CPU, MAIN, "study", command, ...name, "--storage", url];
    const times = Array.from({ length: 5 }, () => {
      const { stderr } = spawnSync(process.execPath, args, {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      return Number(stderr) / 1e6;
    });
    const value = medianOf(times);
    const what = `hpo study ${command} at ${TRIALS} trials, CPU`;
    return { what, value, unit: "s", bar: "≤ 0.8", holds: value <= 0.8 };
  });
}

async function writeStudy(url: string): Promise<void> {
  const storage = await openStorage(url, { synchronous: "normal" });
  const names = ["x0", "x1", "x2", "x3", "x4"];
  const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(0, 1)])));
  const study = await createStudy({ name: "look", space }, { storage });
  const reports = Array.from({ length: 10 }, (_, step) => ({ step, value: 1 / (step + 1) }));
  const trials = Array.from({ length: TRIALS }, (_, number) => ({
    params: Object.fromEntries(names.map((name, i) => [name, ((number * (i + 3)) % 9973) / 9973])),
    result: (number * 7) % TRIALS,
    reports,
  }));
  await study.addTrials(trials);
  await storage.close();
}
