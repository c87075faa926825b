import type { Outcome } from "../../contracts/objective.ts";
import type { Failure } from "../../contracts/trial.ts";
import type { ObjectiveSource, TaskTrial, ToMain, ToWorker } from "../worker/protocol.ts";

// The words between a warm child process and the thread that supervises it, as frames.

/** The child's descriptors: it writes to the one, waiting until it is written, and reads the other. */
export const CHILD_WRITES = 3;
export const CHILD_READS = 4;

export interface ChildTask extends ObjectiveSource {
  readonly kind: "task";
  readonly trial: TaskTrial;
  /** To be set into stdout and stderr after the trial. */
  readonly mark: string;
}

export type ToChild = ChildTask | ToWorker;

export type FromChild =
  | ToMain
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** Thrown where nobody catches: the process is about to die of it. */
  | { readonly kind: "uncaught"; readonly failure: Failure };
