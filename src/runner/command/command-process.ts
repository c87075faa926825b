import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { killMarked } from "../../system/marked-processes.ts";
import { withMark, workerMark } from "../worker/worker-mark.ts";
import { killGroup } from "../../system/kill-group.ts";
import type {
  CommandEnd,
  FromSupervisor,
  StartCommand,
  ToSupervisor,
} from "./supervisor-protocol.ts";

/** A running command, in a process group of its own under a supervisor. */
export interface CommandProcess {
  /** Resolves when the whole group is gone and its output is read. Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** SIGTERM to the group, SIGKILL after the grace. A second call does nothing. */
  stop(): void;
}

export interface CommandStart extends Omit<StartCommand, "kind" | "id" | "workerMark"> {
  readonly graceMs: number;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** A slot's way to run commands, one at a time: by a supervisor that is started once. */
export class CommandSlot {
  #supervisor: ChildProcess | undefined;
  #count = 0;

  /** Starts a command; the one before has ended. */
  start({ graceMs, onStdout, onStderr, env, ...what }: CommandStart): CommandProcess {
    const supervisor = (this.#supervisor ??= this.#startSupervisor());
    // Only a running command keeps this process alive.
    setReferenced(supervisor, true);
    const id = ++this.#count;
    const mark = workerMark();
    send(supervisor, {
      kind: "start",
      id,
      ...what,
      env: withMark(env, mark),
      workerMark: mark,
    });
    const signal = (signal: "SIGTERM" | "SIGKILL"): void =>
      send(supervisor, { kind: "signal", id, signal });

    let over = false;
    let killTimer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      if (killTimer || over) return;
      signal("SIGTERM");
      killTimer = setTimeout(() => signal("SIGKILL"), graceMs);
    };
    const ended = endOf(supervisor, { onStdout, onStderr, mark }).finally(() => {
      over = true;
      clearTimeout(killTimer);
      setReferenced(supervisor, false);
    });
    return { ended, stop };
  }

  /** Ends the supervisor. */
  async close(): Promise<void> {
    const supervisor = this.#supervisor;
    if (!supervisor || !isRunning(supervisor)) return;
    setReferenced(supervisor, true);
    const exit = once(supervisor, "exit");
    if (supervisor.connected) supervisor.disconnect();
    await exit;
  }

  #startSupervisor(): ChildProcess {
    const supervisor = spawn(
      process.execPath,
      [fileURLToPath(new URL("./command-supervisor.js", import.meta.url))],
      {
        // A group of its own, too: Ctrl-C is the study's to handle.
        detached: true,
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        serialization: "advanced",
      },
    );
    supervisor.once("exit", () => this.#forget(supervisor));
    supervisor.once("error", () => this.#forget(supervisor));
    return supervisor;
  }

  /** The next command gets a fresh one. */
  #forget(supervisor: ChildProcess): void {
    if (this.#supervisor === supervisor) this.#supervisor = undefined;
  }
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

function setReferenced(supervisor: ChildProcess, isReferenced: boolean): void {
  if (isReferenced) {
    supervisor.ref();
    supervisor.channel?.ref();
  } else {
    supervisor.unref();
    supervisor.channel?.unref();
  }
}

function endOf(
  supervisor: ChildProcess,
  { onStdout, onStderr, mark }: Pick<CommandStart, "onStdout" | "onStderr"> & { mark: string },
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    let pid: number | undefined;
    const settle = (end: CommandEnd): void => {
      supervisor.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve(end);
    };
    const onMessage = (message: FromSupervisor): void => {
      if (message.kind === "started") pid = message.pid;
      else if (message.kind === "ended") settle(message.end);
      else (message.stream === "stdout" ? onStdout : onStderr)(Buffer.from(message.chunk));
    };
    const onError = (error: Error): void =>
      settle({ kind: "notStarted", message: `its supervisor failed: ${error.message}` });
    const onExit = (code: number | null, signal: string | null): void => {
      // The supervisor was killed: what it watched over must not stay behind.
      if (pid !== undefined) killGroup(pid, "SIGKILL");
      killMarked(mark);
      settle(
        signal === null
          ? { kind: "notStarted", message: `its supervisor ended with exit code ${code}` }
          : { kind: "exited", code, signal },
      );
    };
    supervisor.on("message", onMessage).once("error", onError).once("exit", onExit);
  });
}

/** Sends a message; does nothing if the supervisor has ended already. */
function send(supervisor: ChildProcess, message: ToSupervisor): void {
  if (supervisor.connected) supervisor.send(message, () => undefined);
}
