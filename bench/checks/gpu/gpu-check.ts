import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { TrialJson } from "../../../src/export/trial-json.ts";
import { packageRoot } from "../../package-root.ts";

export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramRun>;
  /** What it printed until now. */
  readonly said: () => string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** A folder in which `hpo` runs, and a transcript of all that it said. */
export interface GpuCheck {
  readonly folder: string;
  readonly transcript: string;
  readonly python: string;
  /** Writes a study of `bench/checks/gpu/trial.py`; `lines` are the rest of the file. */
  study(name: string, lines: readonly string[]): string;
  start(program: string, args: readonly string[], env?: Variables): Running;
  hpo(words: string, env?: Variables): Promise<ProgramRun>;
  startHpo(words: string, env?: Variables): Running;
  trials(name: string): Promise<readonly TrialJson[]>;
}

const MAIN = join(packageRoot, "dist", "src", "cli", "main.js");
export const PROGRAMS = join(packageRoot, "bench", "checks", "gpu");

export function gpuCheck(folder: string, transcript: string, python: string): GpuCheck {
  mkdirSync(folder, { recursive: true });
  writeFileSync(transcript, "");
  // For the studies that call python3.
  const paths = [...(isAbsolute(python) ? [dirname(python)] : []), process.env["PATH"]];
  const own = { ...process.env, HPO_STORAGE: undefined, PATH: paths.join(delimiter) };
  const start: GpuCheck["start"] = (program, args, env = {}) => {
    const began = performance.now();
    const options = { cwd: folder, env: { ...own, ...env } };
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err]: string[][] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk.toString()));
    const ended = new Promise<ProgramRun>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        const seconds = (performance.now() - began) / 1000;
        const ran = { code, out: out.join(""), err: err.join(""), seconds };
        const variables = Object.entries(env).map(([name, value]) => `${name}=${value} `);
        const command = [program === process.execPath ? "node" : program, ...args].join(" ");
        const head = `$ ${variables.join("")}${command.replace(`node ${MAIN}`, "hpo")}`;
        const tail = `[exit code ${code}, ${seconds.toFixed(1)} s]`;
        appendFileSync(transcript, `${head}\n${ran.out}${ran.err}${tail}\n\n`);
        resolve(ran);
      });
    });
    return { child, ended, said: () => [...out, ...err].join("") };
  };
  const startHpo: GpuCheck["startHpo"] = (words, env) =>
    start(process.execPath, [MAIN, ...words.split(" ")], env);
  const hpo: GpuCheck["hpo"] = (words, env) => startHpo(words, env).ended;
  return {
    folder,
    transcript,
    python,
    start,
    startHpo,
    hpo,
    study: (name, lines) => {
      const command = `command: ["${python}", "${join(PROGRAMS, "trial.py")}"]`;
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, [`name: ${name}`, ...lines, command, ""].join("\n"));
      return path;
    },
    trials: async (name) => {
      const { code, out, err } = await hpo(`study trials ${name} --json`);
      assert.equal(code, 0, err);
      return JSON.parse(out) as TrialJson[];
    },
  };
}

/** The first of the commands that can be run with these arguments. */
export const firstThatRuns = (commands: readonly string[], args: readonly string[]) =>
  commands.find((command) => spawnSync(command, args, { stdio: "ignore" }).status === 0);

/** Asks until there is an answer. @throws AssertionError after so many seconds */
export async function eventually<Value>(
  what: string,
  ask: () => Value | undefined | Promise<Value | undefined>,
  seconds = 60,
): Promise<Value> {
  for (const until = Date.now() + 1000 * seconds; ;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(Date.now() < until, `not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
