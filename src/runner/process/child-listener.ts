import { Socket } from "node:net";
import { workerData, type MessagePort } from "node:worker_threads";
import { CHILD_READS, type ToChild } from "./child-protocol.ts";
import { frameReader } from "./frames.ts";
import { killGroup } from "../../system/kill-group.ts";
import { ABORTED, ANSWERS } from "../worker/protocol.ts";

/** What the thread gets from its process. */
export interface ListenerData {
  readonly port: MessagePort;
  readonly shared: SharedArrayBuffer;
}

// The thread of a child process that hears what its study says, whatever the main thread does.

const { port, shared } = workerData as ListenerData;
const flags = new Int32Array(shared);

const hear = frameReader<ToChild>((message) => {
  if (message.kind === "task") Atomics.store(flags, ABORTED, 0);
  port.postMessage(message);
  if (message.kind === "abort") Atomics.store(flags, ABORTED, 1);
  if (message.kind === "answer" || message.kind === "refused") {
    Atomics.add(flags, ANSWERS, 1);
    Atomics.notify(flags, ANSWERS);
  }
});
/** The study is gone: nothing of this group stays behind. */
const leave = (): void => killGroup(process.pid, "SIGKILL");

new Socket({ fd: CHILD_READS, readable: true, writable: false })
  .on("data", hear)
  .on("error", leave)
  .on("close", leave);
