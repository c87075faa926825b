import type { Outcome } from "../../contracts/objective.ts";
import type { Failure } from "../../contracts/trial.ts";
import type { ObjectiveSource, TaskTrial, ToMain, ToWorker } from "../worker/protocol.ts";

// The messages between a child process and the thread that supervises it, sent as frames.

/** The child's file descriptors: it writes to the one, blocking, and reads from the other. */
export const CHILD_WRITES = 3;
export const CHILD_READS = 4;

export interface ChildTask extends ObjectiveSource {
  readonly kind: "task";
  readonly trial: TaskTrial;
  /** Written to stdout and stderr after the trial, to mark the end of its output. */
  readonly mark: string;
}

export type ToChild = ChildTask | ToWorker;

export type FromChild =
  | ToMain
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** An uncaught error, of which the process is about to die. */
  | { readonly kind: "uncaught"; readonly failure: Failure };
