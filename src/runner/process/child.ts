import "./print-blocking.ts";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { CHILD_WRITES, type ChildTask, type FromChild, type ToChild } from "./child-protocol.ts";
import type { ListenerData } from "./child-listener.ts";
import { toFrame } from "./frames.ts";
import type { TrialChannel } from "../worker/trial-channel.ts";
import { failureOf } from "../outcome.ts";
import { SHARED_FIELDS, type ToWorker } from "../worker/protocol.ts";
import { runObjective } from "../worker/run-objective.ts";
import { runAsTrial } from "../worker/stragglers.ts";
import { workerTrial } from "../worker/worker-trial.ts";
import { writeAll } from "../../system/write-all.ts";

/*
 * A child process, which runs one trial after the other in its main thread, as native code may
 * need. It writes messages before the objective goes on, so that a crash loses none. It receives
 * messages in a thread of its own, so that an objective that never yields learns of an abort, and
 * the process ends when its study is gone.
 */

const { port1: port, port2 } = new MessageChannel();
const shared = new SharedArrayBuffer(SHARED_FIELDS * Int32Array.BYTES_PER_ELEMENT);
const listener = new Worker(new URL("./child-listener.js", import.meta.url), {
  workerData: { port: port2, shared } satisfies ListenerData,
  transferList: [port2],
  execArgv: [],
});
// Without the listener thread it would not notice that its study has ended.
listener.once("exit", () => process.exit());

const say = (message: FromChild): void => writeAll(CHILD_WRITES, toFrame(message));

let toTrial: ((message: ToWorker) => void) | undefined;

const channel: TrialChannel = {
  post: say,
  // No new task comes while a trial runs, so each message is for the trial.
  receive: () => receiveMessageOnPort(port)?.message as ToWorker | undefined,
  listen: (listen) => {
    toTrial = listen;
    return () => (toTrial = undefined);
  },
  flags: new Int32Array(shared),
};

function writeMark(descriptor: number, mark: string): void {
  try {
    writeAll(descriptor, Buffer.from(mark));
  } catch {
    // The objective closed the stream; the supervisor waits for the mark for a limited time only.
  }
}

async function run(task: ChildTask): Promise<void> {
  say({ kind: "begun" });
  const { live, note, end } = workerTrial(task.trial, channel);
  const outcome = await runAsTrial(task.trial.number, note, () => runObjective(task, live, say));
  end();
  for (const descriptor of [1, 2]) writeMark(descriptor, task.mark);
  say({ kind: "ended", outcome });
}

port.on("message", (message: ToChild) => {
  if (message.kind === "task") void run(message);
  else if (toTrial) toTrial(message);
  else if (message.kind === "leave") process.exit();
});
process.on("uncaughtExceptionMonitor", (error) =>
  say({ kind: "uncaught", failure: failureOf(error) }),
);
