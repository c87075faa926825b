import {
  HpoError,
  DuplicateStudyError,
  StorageError,
  StudyNotFoundError,
  TrialFinishedError,
} from "../../errors/errors.ts";
import { UNREADABLE } from "../outcome.ts";
import type { Continuation, Outcome } from "../../contracts/objective.ts";
import type { FloatOptions, IntOptions, Scalar } from "../../space/distribution.ts";
import type { Params } from "../../space/search-space.ts";

// The messages between the main thread and a worker, which is a thread or a process. Each trial has
// a channel of its own, so that what its objective posts after its end reaches no other trial.

/** The module and the export that hold an objective. */
export interface ObjectiveSource {
  /** The module's URL. */
  readonly module: string;
  /** Undefined for the default export. */
  readonly exportName: string | undefined;
}

/** What a worker is told of its trial. */
export interface TaskTrial {
  readonly number: number;
  readonly params: Params;
  readonly seed: number;
  readonly userAttrs: Readonly<Record<string, unknown>>;
  /** The trial's folder, which may not exist yet. */
  readonly directoryPath: string;
  readonly continueFrom: Continuation | undefined;
  readonly maxStep: number | undefined;
}

/** What the main thread gives a worker to run: one trial. */
export interface WorkerTask extends ObjectiveSource {
  readonly trial: TaskTrial;
  readonly port: import("node:worker_threads").MessagePort;
  /** ANSWERS counts the answers sent; ABORTED is 1 once the trial is to stop. */
  readonly shared: SharedArrayBuffer;
  readonly inheritOutput: boolean;
}

export const ANSWERS = 0;
export const ABORTED = 1;
export const SHARED_FIELDS = 2;

/** How the trial ended, as the worker saw it. */
export type WorkerResult = Outcome;

/** A message for which the objective does not wait. */
export type Notice =
  /** The trial's process has begun the trial. */
  | { readonly kind: "begun" }
  /** The module is imported, and its objective is called. */
  | { readonly kind: "called" }
  | { readonly kind: "report"; readonly value: number; readonly step: number }
  | {
      readonly kind: "log";
      readonly values: Readonly<Record<string, number>>;
      readonly step: number;
    }
  | { readonly kind: "userAttr"; readonly name: string; readonly value: unknown }
  | { readonly kind: "constraints"; readonly values: readonly number[] }
  /** A note for the study's listeners. */
  | { readonly kind: "note"; readonly message: string }
  | { readonly kind: "output"; readonly text: string };

/** A question: the worker's thread sleeps until it is answered. */
export type TrialQuestion =
  | { readonly kind: "shouldPrune" }
  | {
      readonly kind: "suggestFloat";
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly options: FloatOptions | undefined;
    }
  | {
      readonly kind: "suggestInt";
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly options: IntOptions | undefined;
    }
  | {
      readonly kind: "suggestCategorical";
      readonly name: string;
      readonly choices: readonly Scalar[];
    };

export type ToMain = Notice | TrialQuestion;

export type ToWorker =
  | { readonly kind: "answer"; readonly value: Scalar }
  | { readonly kind: "refused"; readonly error: SerializedError }
  | { readonly kind: "abort"; readonly reason: SerializedError }
  /** The trial is given up, and the thread is to exit as soon as its event loop runs. */
  | { readonly kind: "leave" };

/** An error as it is sent between threads: its name stays, its class is lost. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
}

export function serializeError(error: unknown): SerializedError {
  try {
    return error instanceof Error
      ? { name: String(error.name), message: String(error.message) }
      : { name: "Error", message: String(error) };
  } catch {
    return { name: "Error", message: UNREADABLE };
  }
}

const OURS = {
  HpoError,
  DuplicateStudyError,
  StudyNotFoundError,
  TrialFinishedError,
  StorageError,
};

/** Restores an error, by its name as an instance of our class or as an abort. */
export function deserializeError({ name, message }: SerializedError): Error {
  if (Object.hasOwn(OURS, name)) return new OURS[name as keyof typeof OURS](message);
  if (name === "AbortError" || name === "TimeoutError") return new DOMException(message, name);
  const error = new Error(message);
  error.name = name;
  return error;
}
