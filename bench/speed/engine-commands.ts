import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { float, searchSpace } from "../../src/space/index.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import type { StrategyName } from "../../src/study/strategy-registry.ts";
import { medianOf } from "../../src/numerics/quantile.ts";
import { packageRoot } from "../package-root.ts";
import type { EngineRow } from "./engine-row.ts";
import { stdioRow } from "./engine-stdio.ts";

const MAIN = join(packageRoot, "dist", "src", "cli", "hpo.cjs");
const TRIALS = 10_000;
/** By NODE_EXTRA_CA_CERTS Node parses certificates at each start, which flatters ratios to an empty program. */
const ENV = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
/** Tells on stderr, as the process ends, what CPU time it took since it began. */
const TELL_CPU =
  'data:text/javascript,import { writeSync } from "node:fs"; process.on("exit", () => { ' +
  "const { user, system } = process.cpuUsage(); writeSync(2, String(user + system)); });";

/** What a trial costs that a script asks and tells for, in the time that Node takes to start. */
export async function askTellRows(folder: string): Promise<EngineRow[]> {
  const rows: EngineRow[] = [];
  for (const strategy of ["random", "tpe", "bayesian"] as const) {
    const url = `sqlite:${join(folder, `${strategy}.db`)}`;
    await writeStudy(url, 1000, strategy);
    const ask = (): string[] => [MAIN, "study", "ask", "look", "--json", "--storage", url];
    const tell = (): string[] => {
      const { stdout } = spawnSync(process.execPath, ask(), { encoding: "utf8" });
      const { number } = JSON.parse(stdout) as { number: number };
      return [MAIN, "study", "tell", "look", String(number), "0.5", "--storage", url];
    };
    for (const [verb, command] of [["ask", ask] as const, ["tell", tell] as const]) {
      const value = ratioToNode(command);
      const what = `${verb} ÷ node -e 0, ${strategy}`;
      rows.push({ what, value, unit: "×", bar: "≤ 2.5", holds: value <= 2.5 });
    }
    rows.push(await stdioRow(MAIN, url, strategy));
  }
  return rows;
}

/** How much user CPU a command takes for that of `node -e 0`: medians of turns. */
function ratioToNode(command: () => string[]): number {
  spawnSync(process.execPath, command()); // what it compiles is kept
  const [bare, ours]: number[][] = [[], []];
  for (let turn = 0; turn < 9; turn++) {
    bare.push(userMsOf(["-e", "0"]));
    ours.push(userMsOf(command()));
  }
  return medianOf(ours) / medianOf(bare);
}

/** User CPU of a process from its start to its end, in ms (ticks of 10 ms at worst). */
function userMsOf(args: readonly string[]): number {
  const script = 'TIMEFORMAT=%U; time "$0" "$@" > /dev/null 2>&1';
  const { stderr } = spawnSync("bash", ["-c", script, process.execPath, ...args], {
    encoding: "utf8",
    env: ENV,
  });
  return 1000 * Number(stderr);
}

/** What it costs to look at a study of 10,000 trials with ten reports each, start included. */
export async function commandRows(folder: string): Promise<EngineRow[]> {
  const url = `sqlite:${join(folder, "look.db")}`;
  await writeStudy(url, TRIALS);
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

async function writeStudy(url: string, count: number, strategy?: StrategyName): Promise<void> {
  const storage = await openStorage(url, { synchronous: "normal" });
  const names = ["x0", "x1", "x2", "x3", "x4"];
  const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(0, 1)])));
  const study = await createStudy({ name: "look", space, strategy }, { storage });
  const reports = Array.from({ length: 10 }, (_, step) => ({ step, value: 1 / (step + 1) }));
  const trials = Array.from({ length: count }, (_, number) => ({
    params: Object.fromEntries(names.map((name, i) => [name, ((number * (i + 3)) % 9973) / 9973])),
    result: (number * 7) % count,
    reports,
  }));
  await study.addTrials(trials);
  await storage.close();
}
