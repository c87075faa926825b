import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

// hpo in processes of its own, which are started again whenever they end by a kill.

const main = fileURLToPath(new URL("../../../cli/main.js", import.meta.url));
const clock = new URL("shifted-clock.js", import.meta.url).href;

export interface MemberOptions {
  readonly prefix: readonly string[];
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** How wrong the clock of the next process is. */
  clockMs(): number;
}

/** A command that is to run all the time, until it ends by itself. */
export interface Member {
  /** What its processes printed, all of them. */
  text(): string;
  /** SIGKILL, and started again after so long. */
  kill(waitMs: number): Promise<void>;
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void;
  /** How the last one ended by itself. */
  readonly ended: Promise<number | null>;
  end(): void;
}

export function member(options: MemberOptions): Member {
  const { prefix, words, cwd, env } = options;
  let text = "";
  let child: ChildProcess;
  let isKilled = false;
  let resolve: (code: number | null) => void;
  const ended = new Promise<number | null>((done) => {
    resolve = done;
  });
  const start = (): void => {
    isKilled = false;
    const [file, ...rest] = [...prefix, process.execPath, "--import", clock, main, ...words];
    child = spawn(file, rest, {
      cwd,
      env: { ...process.env, ...env, HPO_TEST_CLOCK_MS: String(options.clockMs()) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    }
    child.on("close", (code) => {
      if (!isKilled) resolve(code);
    });
  };
  start();
  return {
    text: () => text,
    kill: async (waitMs) => {
      if (child.exitCode !== null) return;
      isKilled = true;
      const closed = once(child, "close");
      kill(child, "SIGKILL");
      await closed;
      await sleep(waitMs);
      start();
    },
    signal: (signal) => kill(child, signal),
    ended,
    end: () => {
      isKilled = true;
      kill(child, "SIGKILL");
    },
  };
}

/** Signals hpo itself, which may stand behind a command that gave it its namespaces. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  const all = [pid, ...childrenOf(pid)];
  for (const each of signal === "SIGKILL" ? all : all.slice(-1)) {
    try {
      process.kill(each, signal);
    } catch {
      // It ended just now.
    }
  }
}

/** unshare's only child is hpo. */
function childrenOf(pid: number): number[] {
  try {
    if (!readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("unshare")) return [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
