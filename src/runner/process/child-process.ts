import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Outcome } from "../../contracts/objective.ts";
import type { Failure } from "../../contracts/trial.ts";
import { cpuList, pinProcess } from "../../system/affinity.ts";
import {
  CHILD_READS,
  CHILD_WRITES,
  type ChildTask,
  type FromChild,
  type ToChild,
} from "./child-protocol.ts";
import { frameReader, toFrame } from "./frames.ts";
import { killMarked } from "../../system/marked-processes.ts";
import { withMark, workerMark } from "../worker/worker-mark.ts";
import { killGroup } from "../../system/kill-group.ts";
import { markedOutput } from "./marked-output.ts";
import { failureOf } from "../outcome.ts";
import { outputTail, type OutputTail } from "../output/output-tail.ts";
import { ERROR_BYTES, type ProcessExit } from "../process-exit.ts";
import type { ToMain } from "../worker/protocol.ts";

/** How a child process is started. */
export interface Launch {
  /** Variables that override those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** The cores that it may run on; any if left out. */
  readonly cpus?: readonly number[];
  /** Node's own flags. */
  readonly execArgv: readonly string[];
}

/** Receives the messages and the output of a child's trial. */
export interface ChildListener {
  hear(message: ToMain): void;
  print(text: string, stream: "stdout" | "stderr"): void;
}

/** How a child's trial ended. */
export type ChildEnd =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** The process ended during the trial, or could not be started. */
  | {
      readonly kind: "died";
      readonly exit: ProcessExit;
      /** Whether it had begun the trial. */
      readonly hasBegun: boolean;
      /** The uncaught error, if the process reported one. */
      readonly uncaught?: Failure;
    };

/** How long the output is read after the exit: a process that left the group may hold it open. */
const DRAIN_MS = 2000;
/** How long the mark at the end of a trial's output is awaited, as the trial may have closed it. */
const MARK_MS = 1000;
/** The parts of a trial's end: its outcome, and the marks in stdout and stderr. */
const PARTS_OF_END = 3;

interface Current {
  readonly listener: ChildListener;
  readonly errors: OutputTail;
  readonly resolve: (end: ChildEnd) => void;
  hasBegun: boolean;
  uncaught?: Failure;
  outcome?: Outcome;
  /** How many parts of its end are still awaited. */
  awaited: number;
  timer?: NodeJS.Timeout;
}

/** A child process that runs one trial after the other, in a process group of its own. */
export class Child {
  readonly pid: number | undefined;
  /** Resolves when the process has ended and all its output was read. */
  readonly gone: Promise<void>;
  readonly #process: ChildProcess;
  readonly #pinned: Promise<void>;
  /** Inherited by all processes that it starts, even those that leave its group. */
  readonly processMark = workerMark();
  readonly #mark = `\0hpo ${randomUUID()}\n`;
  #current: Current | undefined;
  #isAlive: boolean;

  constructor(launch: Launch) {
    this.#process = spawnChild(launch, this.processMark);
    this.pid = this.#process.pid;
    this.#isAlive = this.pid !== undefined;
    this.#readMessages();
    for (const stream of ["stdout", "stderr"] as const) this.#readOutput(stream);
    // Nothing comes here; it is read to notice that the child closed it.
    channel(this.#process, CHILD_READS).resume();
    this.#pinned = pin(launch, this.pid, (text) => this.#print(text, "stderr"));
    this.gone = exitOf(this.#process, () => {
      // Kills the processes that it left running.
      this.kill("SIGKILL");
      this.#isAlive = false;
    }).then((exit) => this.#died(exit));
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Runs one trial at a time in a live process. Never rejects. */
  run(task: Omit<ChildTask, "kind" | "mark">, listener: ChildListener): Promise<ChildEnd> {
    return new Promise((resolve) => {
      const errors = outputTail(ERROR_BYTES);
      this.#current = { listener, resolve, errors, hasBegun: false, awaited: PARTS_OF_END };
      void this.#pinned.then(() => this.send({ kind: "task", ...task, mark: this.#mark }));
    });
  }

  send(message: ToChild): void {
    if (this.#isAlive) channel(this.#process, CHILD_READS).write(toFrame(message));
  }

  /** Signals its process group; SIGKILL also hits processes that left the group. */
  kill(signal: "SIGTERM" | "SIGKILL"): void {
    if (!this.#isAlive || this.pid === undefined) return;
    killGroup(this.pid, signal);
    if (signal === "SIGKILL") killMarked(this.processMark);
  }

  #readMessages(): void {
    const frames = channel(this.#process, CHILD_WRITES);
    const read = frameReader((message: FromChild) => this.#hear(message));
    frames.on("data", (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        // After a broken frame nothing in the stream can be trusted.
        frames.destroy();
        if (this.#current) this.#current.uncaught = failureOf(error);
        this.kill("SIGKILL");
      }
    });
  }

  #hear(message: FromChild): void {
    const current = this.#current;
    if (!current) return;
    if (message.kind === "begun") current.hasBegun = true;
    if (message.kind === "uncaught") current.uncaught = message.failure;
    else if (message.kind === "ended") {
      current.outcome = message.outcome;
      current.timer = setTimeout(() => this.#settleEnded(current), MARK_MS);
      this.#partArrived();
    } else current.listener.hear(message);
  }

  #readOutput(stream: "stdout" | "stderr"): void {
    const take = markedOutput(this.#mark, {
      print: (text) => this.#print(text, stream),
      onMark: () => this.#partArrived(),
    });
    this.#process[stream]!.on("data", take);
  }

  #print(text: string, stream: "stdout" | "stderr"): void {
    if (stream === "stderr") this.#current?.errors.add(text);
    this.#current?.listener.print(text, stream);
  }

  #partArrived(): void {
    if (this.#current && --this.#current.awaited === 0) this.#settleEnded(this.#current);
  }

  #settleEnded(current: Current): void {
    this.#settle(current, { kind: "ended", outcome: current.outcome! });
  }

  #settle(current: Current, end: ChildEnd): void {
    clearTimeout(current.timer);
    this.#current = undefined;
    current.resolve(end);
  }

  #died(exit: ProcessExit): void {
    this.#isAlive = false;
    const current = this.#current;
    if (!current) return;
    const { outcome, hasBegun, uncaught } = current;
    if (outcome) return this.#settleEnded(current);
    this.#settle(current, {
      kind: "died",
      exit: { ...exit, errors: current.errors.text() },
      hasBegun,
      ...(uncaught && { uncaught }),
    });
  }
}

const spawnChild = (launch: Launch, mark: string): ChildProcess =>
  spawn(
    process.execPath,
    [...launch.execArgv, fileURLToPath(new URL("./child.js", import.meta.url))],
    {
      // A process group of its own: Ctrl-C reaches only the study, and the whole group can be
      // killed.
      detached: true,
      env: withMark({ ...process.env, ...launch.env }, mark),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    },
  );

function channel(child: ChildProcess, descriptor: number): Socket {
  const socket = child.stdio[descriptor] as Socket;
  // An error of the pipe needs no handling: the child's exit is noticed.
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
