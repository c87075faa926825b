import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { killGroup } from "./kill-group.ts";
import type { FromSupervisor, ToSupervisor } from "./supervisor-protocol.ts";

/** How a command ended. */
export type CommandEnd =
  | { readonly kind: "exited"; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: "notStarted"; readonly message: string };

/** A running command, in a process group of its own under a supervisor. */
export interface CommandProcess {
  /** Resolves when the whole group is gone and its output is read. Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** SIGTERM to the group, SIGKILL after the grace. A second call does nothing. */
  stop(): void;
}

export interface CommandStart {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly graceMs: number;
  /** The cores that it may run on; any if left out. */
  readonly cpus?: readonly number[];
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** A process that left its group may hold the output open; nobody waits for it longer. */
const DRAIN_MS = 2000;

export function startCommand(options: CommandStart): CommandProcess {
  const supervisor = spawn(
    process.execPath,
    [fileURLToPath(new URL("./command-supervisor.js", import.meta.url))],
    {
      // A group of its own, too: Ctrl-C is the study's to handle.
      detached: true,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  supervisor.stdout!.on("data", options.onStdout);
  supervisor.stderr!.on("data", options.onStderr);
  const { argv, cwd, env, cpus } = options;
  send(supervisor, { kind: "start", argv, cwd, env, ...(cpus && { cpus }) });

  let over = false;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (killTimer || over) return;
    send(supervisor, { kind: "signal", signal: "SIGTERM" });
    killTimer = setTimeout(
      () => send(supervisor, { kind: "signal", signal: "SIGKILL" }),
      options.graceMs,
    );
  };
  const ended = endOf(supervisor).finally(() => {
    over = true;
    clearTimeout(killTimer);
  });
  return { ended, stop };
}

function endOf(supervisor: ChildProcess): Promise<CommandEnd> {
  let pid: number | undefined;
  let end: CommandEnd | undefined;
  let drainTimer: NodeJS.Timeout | undefined;
  supervisor.on("message", (message: FromSupervisor) => {
    if (message.kind === "started") pid = message.pid;
    else end = message;
  });
  return new Promise((resolve) => {
    supervisor.once("error", (error) => {
      resolve({ kind: "notStarted", message: `its supervisor failed: ${error.message}` });
    });
    supervisor.once("exit", (code, signal) => {
      // The supervisor was killed: what it watched over must not stay behind.
      if (!end && pid !== undefined) killGroup(pid, "SIGKILL");
      end ??= { kind: "exited", code, signal: signal ?? "SIGKILL" };
      drainTimer = setTimeout(() => {
        supervisor.stdout?.destroy();
        supervisor.stderr?.destroy();
      }, DRAIN_MS);
    });
    supervisor.once("close", () => {
      clearTimeout(drainTimer);
      resolve(end!);
    });
  });
}

/** To a supervisor that is gone already there is nothing to say. */
function send(supervisor: ChildProcess, message: ToSupervisor): void {
  if (supervisor.connected) supervisor.send(message, () => undefined);
}
