// A copy of the project in which the compiled code can be broken, and its tests run.
import { fork } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath, URL } from "node:url";

const MARK = ["MUTANTS_RUN", `${process.pid}`];
const JUDGE = fileURLToPath(new URL("./judge.js", import.meta.url));
/** A process keeps the code of each run: after so many it makes room. */
const RUNS_OF_A_JUDGE = 60;

/** Ends a judge and what it left: broken code may loop for ever, or forget its own children. */
function endAll() {
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${name}/environ`, "latin1").split("\0");
      if (environment.includes(MARK.join("="))) process.kill(Number(name), "SIGKILL");
    } catch {
      // It has ended, or is another user's.
    }
  }
}

/** `dist` is copied into `folder`, the rest is linked. */
export function openSandbox(folder) {
  const project = resolve(folder);
  // Outside the repository, and open to other users: tests look for neither where they write.
  const temporary = join(tmpdir(), `hpo-mutants-${process.pid}`);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  for (const name of readdirSync(".")) {
    if (![".bench", ".git", "dist"].includes(name)) symlinkSync(resolve(name), join(project, name));
  }
  cpSync("dist", join(project, "dist"), { recursive: true, preserveTimestamps: true });
  // Made of the code as it was before it is broken.
  rmSync(join(project, "dist/src/cli/quick/commands.cjs"), { force: true });

  let judge;
  let runs = 0;
  const close = () => {
    judge = undefined;
    endAll();
    rmSync(temporary, { recursive: true, force: true });
  };
  const answer = () =>
    new Promise((done) => {
      judge.once("message", done);
      judge.once("exit", () => done(undefined));
    });
  const open = async () => {
    mkdirSync(temporary, { recursive: true });
    const env = {
      ...process.env,
      [MARK[0]]: MARK[1],
      CI: "1",
      NODE_ENV: "test",
      TMPDIR: temporary,
    };
    judge = fork(JUDGE, { cwd: project, env, stdio: ["ignore", "ignore", "ignore", "ipc"] });
    runs = 0;
    await answer();
  };

  return {
    project,
    close,
    /**
     * @param folder where what it ran is written, if anywhere
     * @returns whether a test file passes, and what it computed; what takes longer than `limitMs` does not pass
     */
    async judge(test, { limitMs, folder }) {
      if (judge === undefined) await open();
      const answered = answer();
      judge.send({ test, run: ++runs, folder });
      const timer = setTimeout(endAll, limitMs);
      const verdict = await answered;
      clearTimeout(timer);
      const isGood = verdict?.passes === true;
      // Of tests that failed others may still run, and broken code may have left something behind.
      if (!isGood || runs >= RUNS_OF_A_JUDGE) close();
      else judge.removeAllListeners();
      return { passes: isGood, cpuMs: verdict?.cpuMs };
    },
  };
}
