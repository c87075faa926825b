import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { HpoError } from "../../errors/errors.ts";
import { killGroup } from "../../system/kill-group.ts";
import { killMarked } from "../../system/marked-processes.ts";
import { orphanGuard } from "../../system/orphan-guard.ts";
import { startFailure } from "../command/start-failure.ts";
import { withMark, workerMark } from "../worker/worker-mark.ts";
import { LINE_LIMIT_BYTES, lineSplitter } from "../output/line-splitter.ts";
import { outputTail } from "../output/output-tail.ts";

/** A program that answers a probe's questions (docs/probe-protocol.md), one at a time. */
export interface ProbeProcess {
  readonly name: string;
  /** Its first message. */
  readonly greeting: unknown;
  /** @throws HpoError where it ended, or did not answer in time. */
  ask(question: object): Promise<unknown>;
  /** Says goodbye, waits a little, and ends its whole process group. */
  close(): Promise<void>;
}

export interface ProbeProcessOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The time for the greeting and for each answer; 10 minutes if left out. */
  readonly answerMs?: number;
  /** The time between goodbye, SIGTERM and SIGKILL; 2 seconds if left out. */
  readonly graceMs?: number;
}

const ANSWER_MS = 600_000;
const GRACE_MS = 2000;
const DRAIN_MS = 1000;
const ERROR_BYTES = 4096;

const REMEDY =
  "A program answers a probe where HPO_PROBE is set: in PyTorch, call hpo.probe.serve of " +
  "clients/python before the training; docs/probe-protocol.md has the rest.";

/**
 * Starts a command with HPO_PROBE=1 and waits for its greeting.
 * @throws HpoError if it can't be started, ends without a greeting, or trains instead.
 */
export async function startProbeProcess(options: ProbeProcessOptions): Promise<ProbeProcess> {
  const { argv, cwd, answerMs = ANSWER_MS, graceMs = GRACE_MS } = options;
  const name = `"${argv.join(" ")}"`;
  const mark = workerMark();
  const child = spawned(options, mark);
  const guard = orphanGuard();
  guard.add({ group: child.pid, mark });
  const listener = listen(child, name, (error) =>
    startFailure({ argv, cwd, env: options.env }, { kind: "notStarted", ...detailsOf(error) }),
  );
  const stop = async (): Promise<void> => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (await within(listener.ended, graceMs)) break;
      if (child.pid !== undefined) killGroup(child.pid, signal);
    }
    await listener.ended;
    if (child.pid !== undefined) killGroup(child.pid, "SIGKILL");
    killMarked(mark);
    guard.end();
  };
  const next = async (what: string): Promise<unknown> => {
    const message = await within(listener.next(), answerMs);
    if (message) return message.value;
    await stop();
    throw new HpoError(`${name} gave no ${what} within ${answerMs / 1000} s. It was stopped.`);
  };
  try {
    const greeting = await next("greeting to the probe");
    let id = 0;
    return {
      name,
      greeting,
      async ask(question) {
        id++;
        child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
        return next(`answer to ${JSON.stringify(question)}`);
      },
      async close() {
        if (child.stdin.writable)
          child.stdin.end(`${JSON.stringify({ id: id + 1, ask: "bye" })}\n`);
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @throws HpoError if spawning fails at once */
function spawned(
  { argv, cwd, env }: ProbeProcessOptions,
  mark: string,
): ChildProcessWithoutNullStreams {
  const [program, ...args] = argv;
  try {
    return spawn(program, args, {
      cwd,
      env: withMark({ ...env, HPO_PROBE: "1" }, mark),
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (error) {
    const failure = { kind: "notStarted", ...detailsOf(error as Error) } as const;
    throw new HpoError(startFailure({ argv, cwd, env }, failure), { cause: error });
  }
}

const detailsOf = ({ message, code }: NodeJS.ErrnoException) => ({
  message,
  ...(code !== undefined && { code }),
});

interface Listener {
  /** The next message under the key `probe`. @throws HpoError where none will come. */
  next(): Promise<unknown>;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

function listen(
  child: ChildProcessWithoutNullStreams,
  name: string,
  notStarted: (error: Error) => string,
): Listener {
  const messages: unknown[] = [];
  const errors = outputTail(ERROR_BYTES);
  let waiting: { resolve(message: unknown): void; reject(error: Error): void } | undefined;
  let greeted = false;
  let problem: HpoError | undefined;

  const fail = (message: string): void => {
    problem ??= new HpoError(message);
    waiting?.reject(problem);
    waiting = undefined;
  };
  const hear = (line: string): void => {
    const message = jsonOf(line);
    if (message === undefined) return;
    if ("probe" in message) {
      greeted = true;
      if (waiting) waiting.resolve(message.probe);
      else messages.push(message.probe);
      waiting = undefined;
    } else if (!greeted && "value" in message) {
      fail(`${name} trains instead of answering the probe. ${REMEDY}`);
    }
  };
  const lines = lineSplitter({
    line: hear,
    fragment: () => undefined,
    overlong: (bytes) =>
      fail(`${name} printed a line of ${bytes} bytes, more than ${LINE_LIMIT_BYTES} are not read.`),
  });
  child.stdout.on("data", (chunk: Buffer) => lines.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.add(chunk.toString("utf8")));
  // Writing to a program that has ended fails; its end is reported.
  child.stdin.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      fail(notStarted(error));
      resolve();
    });
    // A process that it left running may hold the output open, so it is closed after a while.
    child.once("exit", () => setTimeout(() => destroyOutput(child), DRAIN_MS).unref());
    child.once("close", (code, signal) => {
      lines.end();
      const last = errors.text().trim().split("\n").slice(-3).join("\n");
      const how = signal === null ? `exit code ${code}` : signal;
      fail(
        greeted
          ? `${name} ended in the middle of the probe with ${how}.${last && `\n${last}`}`
          : `${name} ended with ${how} without answering the probe. ${last || REMEDY}`,
      );
      resolve();
    });
  });
  return {
    ended,
    next: () =>
      new Promise((resolve, reject) => {
        if (messages.length > 0) resolve(messages.shift());
        else if (problem) reject(problem);
        else waiting = { resolve, reject };
      }),
  };
}

function destroyOutput(child: ChildProcessWithoutNullStreams): void {
  child.stdout.destroy();
  child.stderr.destroy();
}

function jsonOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The promise's value, wrapped; undefined if it takes longer. */
async function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
): Promise<{ readonly value: Value } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
