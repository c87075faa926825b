import type { MessagePort } from "node:worker_threads";
import type { Outcome } from "../../contracts/objective.ts";
import { Child, type ChildEnd, type ChildListener, type Launch } from "./child-process.ts";
import { oomKillCount } from "../command/machine-fault.ts";
import { watchMemory } from "../../system/memory-watch.ts";
import { memoryFailure } from "../outcome.ts";
import { orphanGuard } from "../../system/orphan-guard.ts";
import { exitText, failureOfExit } from "../process-exit.ts";
import type { Notice, ObjectiveSource, TaskTrial, ToWorker } from "../worker/protocol.ts";

/*
 * The thread that supervises all child processes of a runner: it passes messages between them and
 * the main thread, watches their memory, and stops them. It never blocks, and works on while the
 * main thread is busy.
 */

/** One trial to run in the child of its slot. */
export interface ChildRun extends ObjectiveSource {
  readonly slot: number;
  readonly launch: Launch;
  readonly trial: TaskTrial;
  /** The port to the main thread. */
  readonly port: MessagePort;
  readonly memoryLimitBytes: number | undefined;
  /** The time from the abort to SIGTERM. */
  readonly abortGraceMs: number;
  /** The time from SIGTERM to SIGKILL. */
  readonly killGraceMs: number;
  readonly inheritOutput: boolean;
}

/** `stopped`: it was aborted, and its process had to be ended. */
export type ChildRunEnd = { readonly kind: "stopped" } | Outcome;

const children = new Map<number, Child>();
/** Kills the children's own processes if this process and a child are killed together. */
const guard = orphanGuard();

/** How often a process is started for a trial: one that dies before the trial did not die of it. */
const STARTS = 2;

export async function runInChild(run: ChildRun): Promise<ChildRunEnd> {
  const oomKills = oomKillCount();
  const stopping = stopOnAbort(run);
  try {
    for (let start = 1; ; start++) {
      const child = childOf(run);
      const memory = limitMemory(child, run.memoryLimitBytes);
      const end = await child.run(pick(run), listenerOf(run));
      memory.end();
      if (end.kind === "ended") return end.outcome;
      if (stopping.isAborted) return { kind: "stopped" };
      if (memory.failure) return memory.failure;
      if (end.hasBegun || start === STARTS) return outcomeOfDeath(end, oomKills);
    }
  } finally {
    stopping.end();
  }
}

/** Ends all processes, which are idle: by a message, then by SIGKILL. */
export async function endChildren({ graceMs }: { readonly graceMs: number }): Promise<void> {
  await Promise.all(
    [...children.values()].map(async (child) => {
      child.send({ kind: "leave" });
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await child.gone;
      clearTimeout(timer);
    }),
  );
  children.clear();
  guard.end();
}

const pick = ({ module, exportName, trial }: ChildRun) => ({ module, exportName, trial });

function childOf({ slot, launch }: ChildRun): Child {
  const known = children.get(slot);
  if (known?.isAlive) return known;
  const child = new Child(launch);
  guard.add({ mark: child.processMark });
  children.set(slot, child);
  return child;
}

function listenerOf({ port, inheritOutput }: ChildRun): ChildListener {
  return {
    hear: (message) => port.postMessage(message),
    print: (text, stream) => {
      if (inheritOutput) process[stream].write(text);
      port.postMessage({ kind: "output", text } satisfies Notice);
    },
  };
}

/** Passes the main thread's messages on; after an abort that is not heeded, it ends the process. */
function stopOnAbort(run: ChildRun): { readonly isAborted: boolean; end(): void } {
  let isAborted = false;
  let timer: NodeJS.Timeout | undefined;
  const child = (): Child | undefined => children.get(run.slot);
  const onMessage = (message: ToWorker): void => {
    child()?.send(message);
    if (message.kind !== "abort") return;
    isAborted = true;
    timer = setTimeout(() => {
      child()?.kill("SIGTERM");
      timer = setTimeout(() => child()?.kill("SIGKILL"), run.killGraceMs);
    }, run.abortGraceMs);
  };
  run.port.on("message", onMessage);
  return {
    get isAborted() {
      return isAborted;
    },
    end: () => {
      clearTimeout(timer);
      run.port.off("message", onMessage);
    },
  };
}

interface MemoryLimit {
  readonly failure: Extract<Outcome, { kind: "failed" }> | undefined;
  end(): void;
}

function limitMemory(child: Child, limitBytes: number | undefined): MemoryLimit {
  let failure: MemoryLimit["failure"];
  const { pid } = child;
  if (limitBytes === undefined || pid === undefined) return { failure, end: () => undefined };
  const end = watchMemory(pid, limitBytes, (heldBytes) => {
    failure = { kind: "failed", failure: memoryFailure(heldBytes, limitBytes) };
    child.kill("SIGKILL");
  });
  return {
    get failure() {
      return failure;
    },
    end,
  };
}

function outcomeOfDeath(
  { exit, hasBegun, uncaught }: Extract<ChildEnd, { kind: "died" }>,
  oomKillsBefore = Infinity,
): Outcome {
  if (uncaught) return { kind: "failed", failure: uncaught };
  if (exit.kind === "notStarted") {
    const message = `The trial's process could not be started: ${exit.message}.`;
    return { kind: "failed", failure: { reason: "error", message } };
  }
  const { code, signal, errors } = exit;
  const isOomKill = signal === "SIGKILL" && (oomKillCount() ?? 0) > oomKillsBefore;
  const when = hasBegun ? "in the middle of the trial" : "before the trial, twice";
  const advice =
    signal === null && hasBegun ? " (throw an error instead of calling process.exit)" : "";
  const what = `The trial's process ${exitText(code, signal, isOomKill)} ${when}${advice}`;
  return { kind: "failed", failure: failureOfExit({ what, errors, isOomKill }) };
}
