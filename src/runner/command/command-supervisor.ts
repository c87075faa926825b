import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { cpuList, pinProcess } from "../../system/affinity.ts";
import { killGroup } from "../../system/kill-group.ts";
import { killMarked } from "../../system/marked-processes.ts";
import { orphanGuard } from "../../system/orphan-guard.ts";
import { watchMemory } from "../../system/memory-watch.ts";
import type {
  CommandEnd,
  FromSupervisor,
  StartCommand,
  ToSupervisor,
} from "./supervisor-protocol.ts";

// A process of its own between the study and the commands of one slot, kept warm: it starts them,
// passes on what they print, signals their groups, watches their memory, tells how they ended, and
// kills what runs when the study is gone, however it ended.

/** A process that left its group may hold the output open; nobody waits for it longer. */
const DRAIN_MS = 2000;

/** Kills what runs where this process and the study are killed together. */
const guard = orphanGuard();

let groupPid: number | undefined;
/** The command that runs. */
let current: StartCommand | undefined;
let currentId: number | undefined;
/** Told to stop before the command was started. */
let isStopped = false;
/** This process's own cores, which commands inherit. */
let pinned: Promise<string | undefined> | undefined;

const tell = (message: FromSupervisor, then?: () => void): void => {
  process.send?.(message, undefined, undefined, () => then?.());
};

/** The command's group, and what left it: torchrun's ranks have sessions of their own. */
function killAll(): void {
  if (groupPid !== undefined) killGroup(groupPid, "SIGKILL");
  if (current) killMarked(...marksOf(current));
}

const marksOf = ({ workerMark, trialMark }: StartCommand): string[] =>
  trialMark === undefined ? [workerMark] : [workerMark, trialMark];

/** Only this command's processes: its trial may already run again, in others. */
function killOwn(): void {
  if (groupPid !== undefined) killGroup(groupPid, "SIGKILL");
  if (current) killMarked(current.workerMark);
  guard.end();
}

async function start(message: StartCommand): Promise<void> {
  const { cpus, memoryLimitBytes, isRestart = false } = message;
  currentId = message.id;
  isStopped = false;
  if (isRestart) killMarked(...marksOf(message));
  if (cpus) await pin(cpus);
  if (isStopped) return end({ kind: "exited", code: null, signal: "SIGTERM" });
  const command = spawned(message);
  if ("kind" in command) return end(command);
  const flushes = [passOn(command.stdout!, "stdout"), passOn(command.stderr!, "stderr")];
  if (command.pid === undefined) {
    command.once("error", (error) => end(notStarted(error)));
    return;
  }
  groupPid = command.pid;
  current = message;
  guard.add({ group: groupPid, mark: message.workerMark });
  tell({ kind: "started", pid: groupPid });
  let heldBytes: number | undefined;
  const unwatch = watchMemory(groupPid, memoryLimitBytes ?? Infinity, (held) => {
    heldBytes = held;
    killAll();
  });
  const { code, signal } = await exitOf(command);
  unwatch();
  for (const flush of flushes) flush();
  guard.clear();
  groupPid = current = undefined;
  end({ kind: "exited", code, signal, ...(heldBytes !== undefined && { heldBytes }) });
}

/** Some errors are thrown at once, others come as an event. */
function spawned({ argv, cwd, env }: StartCommand): ChildProcess | CommandEnd {
  const [program, ...args] = argv;
  try {
    return spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return notStarted(error as NodeJS.ErrnoException);
  }
}

const notStarted = ({ message, code }: NodeJS.ErrnoException): CommandEnd => ({
  kind: "notStarted",
  message,
  ...(code !== undefined && { code }),
});

function end(end: CommandEnd): void {
  currentId = undefined;
  tell({ kind: "ended", end });
}

async function pin(cpus: readonly number[]): Promise<void> {
  const problem = await (pinned ??= pinProcess(process.pid, cpus));
  if (!problem) return;
  const text = `hpo: not bound to CPUs ${cpuList(cpus)}: ${problem}\n`;
  tell({ kind: "output", stream: "stderr", chunk: Buffer.from(text) });
}

/** More than this is not held: a command that floods its output waits for the study. */
const HELD_BYTES = 1 << 18;

/**
 * Passes on what a command prints: what comes while a message is under way goes as one.
 * @returns a function that passes on all the rest at once
 */
function passOn(output: Readable, stream: "stdout" | "stderr"): () => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let underWay = 0;
  const flush = (): void => {
    if (heldBytes === 0) return;
    const chunk = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    underWay++;
    tell({ kind: "output", stream, chunk }, () => {
      underWay--;
      output.resume();
      if (underWay === 0) flush();
    });
  };
  output.on("data", (chunk: Buffer) => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes > HELD_BYTES) output.pause();
    if (underWay === 0) flush();
  });
  return flush;
}

/** Waits until the command is gone, what it left running is killed, and its output is read. */
function exitOf(
  command: ChildProcess,
): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    command.once("exit", () => {
      killAll();
      timer = setTimeout(() => {
        command.stdout?.destroy();
        command.stderr?.destroy();
      }, DRAIN_MS);
    });
    command.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal });
    });
  });
}

process.on("message", (message: ToSupervisor) => {
  if (message.kind === "start") void start(message);
  else if (message.id !== currentId) return;
  else if (groupPid === undefined) isStopped = true;
  else if (message.signal === "SIGKILL") killAll();
  else killGroup(groupPid, message.signal);
});
// The study is gone.
process.on("disconnect", () => {
  killOwn();
  process.exit();
});
process.once("SIGTERM", () => {
  killOwn();
  // This one's end is told as its command's: by the signal.
  process.kill(process.pid, "SIGTERM");
});
