import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrialJson } from "../../../src/export/trial-json.ts";

/** What a check of the Python client runs with. */
export interface AskingSetting {
  readonly python: string;
  readonly hpo: string;
  readonly programs: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function ran(
  { python, programs, folder, env, hpo }: AskingSetting,
  program: string,
  more: string[],
  token?: string,
): string {
  const { status, stdout, stderr } = spawnSync(python, [join(programs, program), ...more], {
    cwd: folder,
    encoding: "utf8" as const,
    env: { ...env, HPO_COMMAND: `${process.execPath} ${hpo}`, HPO_TOKEN: token },
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout.trim();
}

/** The client's class over HTTP: a real coordinator with a token, pruned trials, one that is left untold. */
export async function checkUrl(setting: AskingSetting): Promise<string> {
  const { hpo, folder, env } = setting;
  const study = {
    name: "served",
    command: "true",
    trials: 6,
    strategy: "random",
    space: { x: { type: "float", low: 0, high: 1 } },
    pruner: { name: "median", startupTrials: 1 },
  };
  writeFileSync(join(folder, "study.json"), JSON.stringify(study));
  const run = (...words: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [hpo, "study", ...words], {
      cwd: folder,
      env,
      encoding: "utf8" as const,
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  run("run", "study.json", "--trials", "0", "--quiet");
  const { token } = JSON.parse(run("token", "create", "served", "--json")) as { token: string };
  const words = ["study", "serve", "study.json", "--listen", "127.0.0.1:0"];
  const server = spawn(process.execPath, [hpo, ...words], { cwd: folder, env });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      server.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const found = /http:\S+/.exec(text);
        if (found) resolve(found[0]);
      });
      server.once("exit", () => reject(new Error(`it ended: ${text}`)));
    });
    const told = ran(setting, "ask_elsewhere.py", [url], token);
    const [trials, pruned] = told.split(" ").map(Number);
    assert.equal(trials, 6);
    assert.ok(pruned > 0, told);
    return `${trials} trials over HTTP, ${pruned} pruned, one handed back`;
  } finally {
    server.kill("SIGTERM");
  }
}

/** A finished study in W&B's own files, offline. */
export function checkWandb(setting: AskingSetting): string {
  return ran(setting, "to_wandb.py", []);
}

/** `HpoSampler` inside studies of Optuna's. */
export const checkSampler = (setting: AskingSetting): string => ran(setting, "in_optuna.py", []);

/** The sweeper in Hydra itself: a sweep, which a second one goes on with, then one whose jobs may fail. */
export function checkSweeper(setting: AskingSetting): string {
  const { hpo, folder, env } = setting;
  const sweep = (...more: string[]): string =>
    ran(setting, "in_hydra.py", [
      ...["-m", "hydra/sweeper=hpo", "hydra.sweeper.strategy=random", "hydra.sweeper.name=swept"],
      ...["+lr=tag(log,interval(1e-5,1))", "+width=range(16,65,16)", '+note=choice("a,b",c)'],
      ...more,
    ]);
  sweep("hydra.sweeper.trials=4", "hydra.sweeper.jobs=2");
  sweep("hydra.sweeper.trials=12", "+fails=true");
  const words = [hpo, "study", "trials", "swept", "--json"];
  const { stdout } = spawnSync(process.execPath, words, { cwd: folder, env, encoding: "utf8" });
  const trials = JSON.parse(stdout) as readonly TrialJson[];
  assert.equal(trials.length, 12);
  for (const { number, params, state, values, failure } of trials) {
    const { width, note, lr } = params as { width: number; note: string; lr: number };
    if (width === 48 && number >= 4) {
      assert.equal(state, "failed");
      assert.equal(failure?.message, "ValueError: 48 is too wide");
    } else {
      assert.deepEqual(values, [Math.abs(width - 32) + (note === "'a,b'" ? 0 : 1) + lr]);
    }
  }
  const failed = trials.filter(({ state }) => state === "failed").length;
  assert.ok(failed > 0, "some jobs failed");
  return `12 jobs in two sweeps, ${failed} of them failed`;
}
