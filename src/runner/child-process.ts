import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Outcome } from "../live-trial.ts";
import type { Failure } from "../trial.ts";
import { cpuList, pinProcess } from "./affinity.ts";
import {
  CHILD_READS,
  CHILD_WRITES,
  type ChildTask,
  type FromChild,
  type ToChild,
} from "./child-protocol.ts";
import { frameReader, toFrame } from "./frames.ts";
import { killGroup } from "./kill-group.ts";
import { markedOutput } from "./marked-output.ts";
import { failureOf } from "./outcome.ts";
import { outputTail, type OutputTail } from "./output-tail.ts";
import { ERROR_BYTES, type ProcessExit } from "./process-exit.ts";
import type { ToMain } from "./protocol.ts";

/** How a child process is started. */
export interface Launch {
  /** Over this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The cores that it may run on; any if left out. */
  readonly cpus?: readonly number[];
  /** Node's own flags. */
  readonly execArgv: readonly string[];
}

/** What a child's trial says. */
export interface ChildListener {
  hear(message: ToMain): void;
  print(text: string, stream: "stdout" | "stderr"): void;
}

/** How a child's trial ended. */
export type ChildEnd =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** The process is gone, or never was. */
  | {
      readonly kind: "died";
      readonly exit: ProcessExit;
      /** Whether the trial was taken up before. */
      readonly hasBegun: boolean;
      /** What the process said that it died of. */
      readonly uncaught?: Failure;
    };

/** A warm child process, in a group of its own. */
export interface Child {
  readonly pid: number | undefined;
  /** Undefined once the process is gone. */
  readonly isAlive: boolean;
  /** Runs one trial; one at a time. Never rejects. */
  run(task: Omit<ChildTask, "kind" | "mark">, listener: ChildListener): Promise<ChildEnd>;
  send(message: ToChild): void;
  /** Signals its whole group. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Resolves when the process is gone and all that it wrote is read. */
  readonly gone: Promise<void>;
}

/** A process that left the group may hold the output open; nobody waits for it longer. */
const DRAIN_MS = 2000;
/** How long the end of a trial's output is waited for; it never comes where the trial closed it. */
const MARK_MS = 1000;
const PRINTED = ["stdout", "stderr"] as const;

interface Current {
  readonly listener: ChildListener;
  readonly errors: OutputTail;
  readonly settle: (end: ChildEnd) => void;
  hasBegun: boolean;
  uncaught?: Failure;
  /** Its outcome, and both ends of its output. */
  awaited: number;
  outcome?: Outcome;
}

export function startChild(launch: Launch): Child {
  const child = spawn(
    process.execPath,
    [...launch.execArgv, fileURLToPath(new URL("./child.js", import.meta.url))],
    {
      // A group of its own: Ctrl-C is the study's to handle, and all of it can be killed.
      detached: true,
      env: { ...process.env, ...launch.env },
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    },
  );
  const { pid } = child;
  let current: Current | undefined;
  let isAlive = pid !== undefined;
  let markTimer: NodeJS.Timeout | undefined;
  const mark = `\0hpo ${randomUUID()}\n`;
  const kill = (signal: "SIGTERM" | "SIGKILL"): void => {
    if (isAlive && pid !== undefined) killGroup(pid, signal);
  };
  const print = (text: string, stream: "stdout" | "stderr"): void => {
    if (stream === "stderr") current?.errors.add(text);
    current?.listener.print(text, stream);
  };
  const settleEnded = ({ settle, outcome }: Current): void => {
    clearTimeout(markTimer);
    settle({ kind: "ended", outcome: outcome! });
  };
  const arrived = (): void => {
    if (current && --current.awaited === 0) settleEnded(current);
  };
  const hear = (message: FromChild): void => {
    if (!current) return;
    if (message.kind === "begun") current.hasBegun = true;
    else if (message.kind === "uncaught") current.uncaught = message.failure;
    else if (message.kind === "ended") {
      current.outcome = message.outcome;
      arrived();
      markTimer = setTimeout(() => settleEnded(current!), MARK_MS);
    } else current.listener.hear(message);
  };
  const readFrames = frameReader(hear);
  channel(child, CHILD_WRITES).on("data", (chunk: Buffer) => {
    try {
      readFrames(chunk);
    } catch (error) {
      if (current) current.uncaught = failureOf(error);
      kill("SIGKILL");
    }
  });
  // Read only to notice its end.
  channel(child, CHILD_READS).resume();
  for (const stream of PRINTED) {
    const take = markedOutput(mark, { print: (text) => print(text, stream), onMark: arrived });
    child[stream]!.on("data", take);
  }
  const pinned = pin(launch, pid, (text) => print(text, "stderr"));

  const gone = exitOf(child, () => {
    // What it left running goes with it; the leader's own entry holds the group's number until now.
    kill("SIGKILL");
    isAlive = false;
  }).then((exit) => {
    isAlive = false;
    clearTimeout(markTimer);
    if (!current) return;
    if (current.outcome) return settleEnded(current);
    const { settle, errors, hasBegun, uncaught } = current;
    const words = { errors: errors.text() };
    settle({ kind: "died", exit: { ...exit, ...words }, hasBegun, ...(uncaught && { uncaught }) });
  });
  const send = (message: ToChild): void => {
    if (isAlive) channel(child, CHILD_READS).write(toFrame(message));
  };
  return {
    pid,
    get isAlive() {
      return isAlive;
    },
    gone,
    kill,
    send,
    run: (task, listener) =>
      new Promise((resolve) => {
        const settle = (end: ChildEnd): void => {
          current = undefined;
          resolve(end);
        };
        current = {
          listener,
          settle,
          errors: outputTail(ERROR_BYTES),
          hasBegun: false,
          awaited: 3,
        };
        void pinned.then(() => send({ kind: "task", ...task, mark }));
      }),
  };
}

function channel(child: ChildProcess, descriptor: number): Socket {
  const socket = child.stdio[descriptor] as Socket;
  // A child that died is noticed by its exit.
  if (socket.listenerCount("error") === 0) socket.on("error", () => undefined);
  return socket;
}

async function pin(
  { cpus }: Launch,
  pid: number | undefined,
  print: (text: string) => void,
): Promise<void> {
  if (!cpus || pid === undefined) return;
  const problem = await pinProcess(pid, cpus);
  if (problem) print(`hpo: not bound to CPUs ${cpuList(cpus)}: ${problem}\n`);
}

/** Waits for the end of a process and of all that it wrote. */
function exitOf(child: ChildProcess, onExit: () => void): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ kind: "notStarted", message: error.message });
    });
    child.once("exit", (code, signal) => {
      onExit();
      const timer = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
      }, DRAIN_MS);
      child.once("close", () => {
        clearTimeout(timer);
        resolve({ kind: "exited", code, signal, errors: "" });
      });
    });
  });
}
