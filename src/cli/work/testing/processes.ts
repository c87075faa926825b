import type { ExecutionContext } from "ava";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

// hpo in processes of its own, for tests that signal and kill them.

const main = fileURLToPath(new URL("../../main.js", import.meta.url));

export interface Started {
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  /** What it printed so far. */
  text(): string;
  /** Waits until it has printed that. */
  said(what: RegExp): Promise<void>;
}

/** Waits until `condition` holds. @throws Error if the process ends before */
export async function until(condition: () => Promise<boolean>, started: Started): Promise<void> {
  while (!(await condition())) {
    if (started.child.exitCode === null) {
      await sleep(50);
      continue;
    }
    throw new Error(`It ended too early:\n${started.text()}`);
  }
}

export function start(
  t: ExecutionContext,
  cwd: string,
  words: string | readonly string[],
  env: NodeJS.ProcessEnv,
): Started {
  const child = spawn(
    process.execPath,
    [main, ...(typeof words === "string" ? words.trim().split(/ +/) : words)],
    {
      cwd,
      env: { ...process.env, ...env },
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  t.teardown(() => child.kill("SIGKILL"));
  const code = once(child, "close").then(([exit]) => exit as number | null);
  const started: Started = {
    child,
    code,
    text: () => text,
    said: (what) => until(async () => what.test(text), started),
  };
  return started;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** What any user of this machine can see of its processes. */
export const shownCommandLines = (): string =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
