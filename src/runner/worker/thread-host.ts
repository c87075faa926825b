import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { assertNever } from "../../errors/errors.ts";
import type { Scalar } from "../../space/distribution.ts";
import type { Outcome } from "../../contracts/objective.ts";
import { failureOf } from "../outcome.ts";
import { outputTail } from "../output/output-tail.ts";
import {
  ABORTED,
  ANSWERS,
  SHARED_FIELDS,
  serializeError,
  type TaskTrial,
  type ToMain,
  type ToWorker,
} from "./protocol.ts";
import type { HostTrial } from "../../contracts/runner.ts";

/** The main thread's end of a trial that runs in a worker. */
export interface ThreadHost {
  /** The worker's end of the channel. */
  readonly port: MessagePort;
  readonly shared: SharedArrayBuffer;
  /** Asks the worker's thread to exit when its event loop next runs; call `close` after it. */
  leave(): void;
  /**
   * Handles the messages that have arrived, hands in the output, and stops listening.
   * @returns the error of a notice that the study refused, if the objective was not told of it
   */
  end(): { readonly error: unknown } | undefined;
  close(): void;
}

/** The trial's data for the worker. */
export const taskTrial = (trial: HostTrial): TaskTrial => {
  const { number, params, seed, userAttrs, directoryPath, continueFrom, maxStep } = trial;
  return { number, params, seed, userAttrs, directoryPath, continueFrom, maxStep };
};

/** Passes the worker's messages to the trial, answers its questions, and passes on an abort. */
export function threadHost(trial: HostTrial): ThreadHost {
  const { port1: port, port2 } = new MessageChannel();
  const shared = new SharedArrayBuffer(SHARED_FIELDS * Int32Array.BYTES_PER_ELEMENT);
  const flags = new Int32Array(shared);
  const output = outputTail();
  let untold: { readonly error: unknown } | undefined;

  const say = (message: ToWorker): void => port.postMessage(message);
  const wakeWith = (message: ToWorker): void => {
    say(message);
    Atomics.add(flags, ANSWERS, 1);
    Atomics.notify(flags, ANSWERS);
  };
  const hear = (message: ToMain): void => {
    if (message.kind === "begun") return trial.heard();
    if (message.kind === "called") return trial.begin();
    if (message.kind === "output") {
      trial.heard();
      trial.streamOutput?.(message.text);
      return output.add(message.text);
    }
    if (message.kind === "shouldPrune" && trial.judged && !untold) {
      void trial.judged().then(
        (value) => wakeWith({ kind: "answer", value }),
        (error: unknown) => wakeWith({ kind: "refused", error: serializeError(error) }),
      );
      return;
    }
    const isQuestion = message.kind === "shouldPrune" || message.kind.startsWith("suggest");
    try {
      if (untold && isQuestion) throw untold.error;
      const value = put(trial, message);
      if (isQuestion) wakeWith({ kind: "answer", value });
    } catch (error) {
      untold = isQuestion ? undefined : (untold ?? { error });
      if (isQuestion) wakeWith({ kind: "refused", error: serializeError(error) });
    }
  };
  const abort = (): void => {
    say({ kind: "abort", reason: serializeError(trial.signal.reason) });
    Atomics.store(flags, ABORTED, 1);
  };
  trial.startsWorker();
  port.on("message", hear);
  if (trial.signal.aborted) abort();
  else trial.signal.addEventListener("abort", abort, { once: true });
  return {
    port: port2,
    shared,
    leave: () => wakeWith({ kind: "leave" }),
    end: () => {
      for (let next = receive(port); next; next = receive(port)) hear(next);
      trial.signal.removeEventListener("abort", abort);
      port.off("message", hear);
      port.unref();
      const text = output.text();
      if (text) trial.writeOutput(text);
      return untold;
    },
    close: () => port.close(),
  };
}

const receive = (port: MessagePort): ToMain | undefined =>
  receiveMessageOnPort(port)?.message as ToMain | undefined;

/** Applies a message to the trial. @returns the answer, if it is a question */
function put(
  trial: HostTrial,
  message: Exclude<ToMain, { kind: "output" | "begun" | "called" }>,
): Scalar {
  switch (message.kind) {
    case "report":
      trial.report(message.value, message.step);
      return null;
    case "log":
      trial.log(message.values, message.step);
      return null;
    case "userAttr":
      trial.setUserAttr(message.name, message.value);
      return null;
    case "constraints":
      trial.setConstraints(message.values);
      return null;
    case "note":
      trial.note(message.message);
      return null;
    case "shouldPrune":
      return trial.shouldPrune();
    case "suggestFloat":
      return trial.suggestFloat(message.name, message.low, message.high, message.options);
    case "suggestInt":
      return trial.suggestInt(message.name, message.low, message.high, message.options);
    case "suggestCategorical":
      return trial.suggestCategorical(message.name, message.choices);
    default:
      return assertNever(message);
  }
}

/** Fails a trial whose notice the study refused without the objective's learning of it. */
export function withUntold(outcome: Outcome, host: ThreadHost): Outcome {
  const untold = host.end();
  host.close();
  if (!untold || outcome.kind === "failed") return outcome;
  return { kind: "failed", failure: failureOf(untold.error), error: untold.error };
}
