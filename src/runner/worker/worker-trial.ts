import { HpoError, TrialFinishedError } from "../../errors/errors.ts";
import { attributeValue } from "../../contracts/attribute-value.ts";
import { requireStoredName } from "../../errors/stored-name.ts";
import type { LiveTrial } from "../../contracts/objective.ts";
import type { Scalar } from "../../space/distribution.ts";
import { checkLog, checkReport } from "../check-report.ts";
import type { TrialChannel } from "./trial-channel.ts";
import {
  ABORTED,
  ANSWERS,
  deserializeError,
  type Notice,
  type TrialQuestion,
  type TaskTrial,
  type ToMain,
  type ToWorker,
} from "./protocol.ts";
import { put } from "../../space/put.ts";
import { keepArtifact, madeDirectory } from "../../artifacts/trial-directory.ts";

/** The trial as an objective in a worker sees it; its study is at the other end of a channel. */
export interface WorkerTrial {
  readonly live: LiveTrial;
  /** Sends a note to the study's listeners. */
  readonly note: (message: string) => void;
  /** Ends the trial: further calls of the objective throw. */
  readonly end: () => void;
}

export function workerTrial(trial: TaskTrial, channel: TrialChannel): WorkerTrial {
  const client = studyClient(channel, trial.number);
  const params: Record<string, Scalar> = { ...trial.params };
  const userAttrs: Record<string, unknown> = { ...trial.userAttrs };

  const suggest = (question: TrialQuestion & { name: string }): Scalar => {
    const value = client.ask(question);
    put(params, question.name, value);
    return value;
  };
  const live: LiveTrial = {
    number: trial.number,
    seed: trial.seed,
    params,
    userAttrs,
    continueFrom: trial.continueFrom,
    maxStep: trial.maxStep,
    signal: client.signal,
    report: (value, step) => {
      checkReport(value, step);
      client.tell({ kind: "report", value, step });
    },
    log: (values, step) => {
      checkLog(values, step);
      client.tell({ kind: "log", values: { ...values }, step });
    },
    setUserAttr: (name, given) => {
      requireStoredName("setUserAttr: the name", name);
      const value = attributeValue(given, `setUserAttr("${name}")`);
      client.tell({ kind: "userAttr", name, value });
      put(userAttrs, name, value);
    },
    get directory() {
      return madeDirectory(trial.directoryPath);
    },
    saveArtifact: (name: string, data?: string | Uint8Array) =>
      keepArtifact(trial.directoryPath, name, data),
    setConstraints: (values) => client.tell({ kind: "constraints", values: [...values] }),
    shouldPrune: () => client.ask({ kind: "shouldPrune" }) === true,
    // The casts are safe: the study answers with a value of the distribution, or refuses.
    suggestFloat: (name, low, high, options) =>
      suggest({ kind: "suggestFloat", name, low, high, options }) as number,
    suggestInt: (name, low, high, options) =>
      suggest({ kind: "suggestInt", name, low, high, options }) as number,
    suggestCategorical: <const Choice extends Scalar>(name: string, choices: readonly Choice[]) =>
      suggest({ kind: "suggestCategorical", name, choices: [...choices] }) as Choice,
  };
  const note = (message: string): void => client.tell({ kind: "note", message });
  return { live, note, end: () => client.close() };
}

interface StudyClient {
  readonly signal: AbortSignal;
  tell(notice: Notice): void;
  /** Sleeps until the main thread has answered. @throws the error thrown there */
  ask(question: TrialQuestion): Scalar;
  close(): void;
}

function studyClient(channel: TrialChannel, trialNumber: number): StudyClient {
  const controller = new AbortController();
  let open = true;

  const hear = (message: ToWorker): void => {
    if (message.kind === "abort") controller.abort(deserializeError(message.reason));
    // The worker exits by itself, between two turns of its event loop, so that no native call is
    // cut.
    if (message.kind === "leave") process.exit();
  };
  const unlisten = channel.listen(hear);

  // An objective that never yields gets no messages; it learns of the abort, and of being given
  // up, whenever it calls.
  const learnOfAbort = (): void => {
    if (Atomics.load(channel.flags, ABORTED) === 0) return;
    for (let next = channel.receive(); next; next = channel.receive()) hear(next);
  };
  const send = (message: ToMain): void => {
    if (!open) {
      throw new TrialFinishedError(
        `Trial ${trialNumber} has ended and takes no more (${message.kind}). ` +
          "Await everything that uses the trial before the objective returns.",
      );
    }
    learnOfAbort();
    post(channel, message);
  };
  return {
    signal: controller.signal,
    tell: send,
    ask: (question) => {
      const answered = Atomics.load(channel.flags, ANSWERS);
      send(question);
      for (;;) {
        for (let next = channel.receive(); next; next = channel.receive()) {
          if (next.kind === "answer") return next.value;
          if (next.kind === "refused") throw deserializeError(next.error);
          hear(next);
        }
        Atomics.wait(channel.flags, ANSWERS, answered);
      }
    },
    close: () => {
      open = false;
      unlisten();
    },
  };
}

function post(channel: TrialChannel, message: ToMain): void {
  try {
    channel.post(message);
  } catch (error) {
    const what = message.kind === "userAttr" ? `setUserAttr("${message.name}")` : message.kind;
    throw new HpoError(
      `${what}: the value can't leave the trial's worker (${String(error)}). Give plain JSON.`,
      { cause: error },
    );
  }
}
