import { Socket } from "node:net";
import { workerData, type MessagePort } from "node:worker_threads";
import { CHILD_READS, type ToChild } from "./child-protocol.ts";
import { frameReader } from "./frames.ts";
import { killGroup } from "../../system/kill-group.ts";
import { ABORTED, ANSWERS } from "../worker/protocol.ts";

/** What the listener thread gets from the main thread. */
export interface ListenerData {
  readonly port: MessagePort;
  readonly shared: SharedArrayBuffer;
}

// The thread in a child process that receives the study's messages, even if the main thread is
// busy.

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
/** Kills this process's group, as the study is gone. */
const leave = (): void => killGroup(process.pid, "SIGKILL");

new Socket({ fd: CHILD_READS, readable: true, writable: false })
  .on("data", hear)
  .on("error", leave)
  .on("close", leave);
