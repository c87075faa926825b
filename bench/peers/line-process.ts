import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A child process that answers each JSON line with one. */
export interface LineProcess {
  /** What it says unasked, once, at its start. @throws Error as `ask` does */
  readonly greeting: Promise<unknown>;
  /** @throws Error if the process is gone, with the end of what it wrote to stderr */
  ask(message: unknown): Promise<unknown>;
  close(): void;
}

/** How much of stderr is kept for the error message. */
const STDERR_LENGTH = 2000;

export function startLineProcess(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): LineProcess {
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let stderr = "";
  let gone: Error | undefined;
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const fail = (error: Error): void => {
    gone ??= error;
    for (const { reject } of waiting.splice(0)) reject(gone);
  };
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_LENGTH);
  });
  child.on("error", (error) => fail(error));
  child.on("close", (code, signal) =>
    fail(new Error(`${command} ended (${signal ?? `exit code ${code}`}). ${stderr}`.trim())),
  );
  // A write to a process that has just ended; "close" says why.
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    const next = waiting.shift();
    try {
      next?.resolve(JSON.parse(line));
    } catch {
      next?.reject(new Error(`${command} wrote something that is no JSON: ${line}`));
    }
  });
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone) reject(gone);
      else waiting.push({ resolve, reject });
    });
  const greeting = answer();
  return {
    greeting,
    ask(message) {
      const reply = answer();
      child.stdin.write(`${JSON.stringify(message)}\n`);
      return reply;
    },
    close: () => child.stdin.end(),
  };
}
