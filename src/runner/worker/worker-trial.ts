import { HpoError, TrialFinishedError } from "../../errors/errors.ts";
import type { LiveTrial } from "../../contracts/objective.ts";
import type { Scalar } from "../../space/distribution.ts";
import { checkReport, checkStep } from "../check-report.ts";
import type { Line } from "./trial-channel.ts";
import {
  ABORTED,
  ANSWERS,
  fromWords,
  type Notice,
  type Question,
  type TaskTrial,
  type ToMain,
  type ToWorker,
} from "./protocol.ts";
import { keepArtifact, madeDirectory } from "../../artifacts/trial-directory.ts";

/** The trial as an objective in a worker sees it: its study sits at the other end of a line. */
export interface WorkerTrial {
  readonly live: LiveTrial;
  /** From now on, whatever the objective still says throws. */
  readonly end: () => void;
}

export function workerTrial(trial: TaskTrial, way: Line): WorkerTrial {
  const line = hotline(way, trial.number);
  const params: Record<string, Scalar> = { ...trial.params };
  const userAttrs: Record<string, unknown> = { ...trial.userAttrs };

  const suggest = (question: Question & { name: string }): Scalar => {
    const value = line.ask(question);
    params[question.name] = value;
    return value;
  };
  const live: LiveTrial = {
    number: trial.number,
    seed: trial.seed,
    params,
    userAttrs,
    continueFrom: trial.continueFrom,
    maxStep: trial.maxStep,
    signal: line.signal,
    report: (value, step) => {
      checkReport(value, step);
      line.tell({ kind: "report", value, step });
    },
    log: (values, step) => {
      checkStep("log", step);
      line.tell({ kind: "log", values: { ...values }, step });
    },
    setUserAttr: (name, value) => {
      line.tell({ kind: "userAttr", name, value });
      userAttrs[name] = value;
    },
    get directory() {
      return madeDirectory(trial.directoryPath);
    },
    saveArtifact: (name: string, data?: string | Uint8Array) =>
      keepArtifact(trial.directoryPath, name, data),
    setConstraints: (values) => line.tell({ kind: "constraints", values: [...values] }),
    shouldPrune: () => line.ask({ kind: "shouldPrune" }) === true,
    // The study answers with a value of the distribution, or refuses.
    suggestFloat: (name, low, high, options) =>
      suggest({ kind: "suggestFloat", name, low, high, options }) as number,
    suggestInt: (name, low, high, options) =>
      suggest({ kind: "suggestInt", name, low, high, options }) as number,
    suggestCategorical: <const Choice extends Scalar>(name: string, choices: readonly Choice[]) =>
      suggest({ kind: "suggestCategorical", name, choices: [...choices] }) as Choice,
  };
  return { live, end: () => line.close() };
}

interface Hotline {
  readonly signal: AbortSignal;
  tell(notice: Notice): void;
  /** Sleeps until the main thread has answered. @throws what was thrown there. */
  ask(question: Question): Scalar;
  close(): void;
}

function hotline(line: Line, trialNumber: number): Hotline {
  const controller = new AbortController();
  let open = true;

  const heed = (message: ToWorker): void => {
    if (message.kind === "abort") controller.abort(fromWords(message.reason));
    // By its own hand and between two turns: no native call is cut in the middle.
    if (message.kind === "leave") process.exit();
  };
  const unlisten = line.listen(heed);

  // An objective that never yields gets no messages; it learns of the abort, and of being given
  // up, whenever it calls.
  const learnOfAbort = (): void => {
    if (Atomics.load(line.flags, ABORTED) === 0) return;
    for (let next = line.receive(); next; next = line.receive()) heed(next);
  };
  const send = (message: ToMain): void => {
    if (!open) {
      throw new TrialFinishedError(
        `Trial ${trialNumber} has ended and takes no more (${message.kind}). ` +
          "Await everything that uses the trial before the objective returns.",
      );
    }
    learnOfAbort();
    post(line, message);
  };
  return {
    signal: controller.signal,
    tell: send,
    ask: (question) => {
      const answered = Atomics.load(line.flags, ANSWERS);
      send(question);
      for (;;) {
        for (let next = line.receive(); next; next = line.receive()) {
          if (next.kind === "answer") return next.value;
          if (next.kind === "refused") throw fromWords(next.error);
          heed(next);
        }
        Atomics.wait(line.flags, ANSWERS, answered);
      }
    },
    close: () => {
      open = false;
      unlisten();
    },
  };
}

function post(line: Line, message: ToMain): void {
  try {
    line.post(message);
  } catch (error) {
    const what = message.kind === "userAttr" ? `setUserAttr("${message.name}")` : message.kind;
    throw new HpoError(
      `${what}: the value can't leave the trial's worker (${String(error)}). Give plain JSON.`,
      { cause: error },
    );
  }
}
