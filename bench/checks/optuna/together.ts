import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStudy } from "../../../src/study/load-study.ts";
import { ATTRIBUTE } from "../../../src/contracts/attributes.ts";
import { openStorage } from "../../../src/storage/open-storage.ts";
import { postgresBinaries } from "../../../src/testing/postgres/postgres-binaries.ts";
import { startPostgres } from "../../../src/testing/postgres/postgres-cluster.ts";
import { runSql } from "../../../src/testing/postgres/run-sql.ts";
import { packageRoot } from "../../package-root.ts";
import { optunaUrl } from "../../peers/optuna-url.ts";

const CLI = join(packageRoot, "dist", "src", "cli", "main.js");
const OURS = 40;
const THEIRS = 20;

const STUDY = `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default {
  name: "together", trials: ${OURS + THEIRS}, workers: 2,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: -1, high: 1, log: false }, conditions: [] },
  ] },
  objective: async (trial) => { trial.report(1, 0); await wait(40); return trial.params.x ** 2; },
};
`;

const CREATE = `
import sys, optuna
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
optuna.create_study(study_name="together", storage=sys.argv[1])
`;

const WORK = `
import sys, time, optuna
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    trial.report(1, 0)
    time.sleep(0.04)
    return x ** 2
study = optuna.load_study(study_name="together", storage=sys.argv[1])
study.optimize(objective, n_trials=int(sys.argv[2]))
`;

const READ = `
import sys, optuna
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
study = optuna.load_study(study_name="together", storage=sys.argv[1])
done = [t.number for t in study.trials if t.state == optuna.trial.TrialState.COMPLETE]
assert done == list(range(int(sys.argv[2]))), done
`;

/** One place, as each library names it. */
interface Place {
  readonly name: string;
  readonly ours: string;
  readonly theirs: string;
  /** How many each library has there at once. */
  readonly processes: number;
}

/**
 * The command line and Optuna run one study at once, on PostgreSQL with two processes each and in tables
 * that either made: nothing is lost or mixed up. @returns whether PostgreSQL could be tried
 */
export async function checkTogether(python: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-together-"));
  try {
    const path = join(folder, "hpo.db");
    // Optuna gives up where more than two write to a file and the machine is busy.
    const file = {
      name: "SQLite",
      ours: `sqlite:${path}`,
      theirs: `sqlite:///${path}`,
      processes: 1,
    };
    await together(python, folder, file, "hpo");
    return await onPostgres(python, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onPostgres(python: string, folder: string): Promise<boolean> {
  const lacks = spawnSync(python, ["-c", "import psycopg2"], { stdio: "ignore" }).status !== 0;
  if (lacks || postgresBinaries() === undefined) {
    console.error(
      lacks
        ? `PostgreSQL was not tried: ${python} can't import psycopg2. Install psycopg2-binary there.`
        : "PostgreSQL was not tried: there is no server. npm ci installs one; PG_BIN names another's programs.",
    );
    return false;
  }
  const cluster = await startPostgres();
  try {
    for (const creator of ["hpo", "Optuna"] as const) {
      const database = `made_by_${creator.toLowerCase()}`;
      await runSql(cluster.url("postgres"), `create database ${database}`);
      const ours = cluster.url(database);
      const place = { name: "PostgreSQL", ours, theirs: optunaUrl(ours), processes: 2 };
      await together(python, folder, place, creator);
    }
  } finally {
    await cluster.stop();
  }
  return true;
}

async function together(
  python: string,
  folder: string,
  { name, ours: url, theirs, processes }: Place,
  creator: "hpo" | "Optuna",
): Promise<void> {
  await writeFile(join(folder, "study.mjs"), STUDY);
  const hpo = (...words: readonly string[]) => {
    const env = { ...process.env, HPO_STORAGE: url };
    return run(process.execPath, [CLI, "study", "run", "study.mjs", ...words], folder, env);
  };
  if (creator === "hpo") await hpo("--trials", "0");
  else await run(python, ["-c", CREATE, theirs], folder);
  const each = Array.from({ length: processes });
  await Promise.all([
    ...each.map(() => hpo()),
    ...each.map(() => run(python, ["-c", WORK, theirs, String(THEIRS / processes)], folder)),
  ]);
  const storage = await openStorage(url);
  try {
    const study = await loadStudy("together", { storage });
    await study.refresh();
    const trials = study.trials();
    const ours = trials.filter(({ systemAttrs }) => ATTRIBUTE.asked in systemAttrs).length;
    assert.equal(trials.length - ours, THEIRS, "all of Optuna's trials are there");
    assert.ok(ours >= OURS, `${ours} trials of the command line`);
    assert.ok(trials.every(({ number }, index) => number === index));
    assert.ok(trials.every((trial) => trial.state === "complete" && trial.reports.length === 1));
    assert.equal(study.finished.length, trials.length, "each has its place in the order");
    await run(python, ["-c", READ, theirs, String(trials.length)], folder);
    console.log(
      `${name}, made by ${creator}: at once ${ours} trials of ${processes} command lines, ` +
        `${THEIRS} of ${processes} of Optuna`,
    );
  } finally {
    await storage.close();
  }
}

const run = (
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`)),
    );
  });
