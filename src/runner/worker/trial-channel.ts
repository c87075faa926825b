import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { ToMain, ToWorker } from "./protocol.ts";

/** The objective's end of the channel between a trial and its study. */
export interface TrialChannel {
  /** @throws what structured cloning throws, if the message can't be sent. */
  post(message: ToMain): void;
  /** The next message that has arrived; undefined if there is none. */
  receive(): ToWorker | undefined;
  /** @returns a function that stops listening */
  listen(hear: (message: ToWorker) => void): () => void;
  /** ANSWERS counts the answers that have come; ABORTED is 1 once the trial is to stop. */
  readonly flags: Int32Array;
}

export const portChannel = (port: MessagePort, shared: SharedArrayBuffer): TrialChannel => ({
  post: (message) => port.postMessage(message),
  receive: () => receiveMessageOnPort(port)?.message as ToWorker | undefined,
  listen: (hear) => {
    port.on("message", hear);
    return () => port.off("message", hear);
  },
  flags: new Int32Array(shared),
});
