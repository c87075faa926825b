import { HpoError, isTrialDiverged, isTrialPruned, type Divergence } from "../errors/errors.ts";
import { isBeyondWasmMemory } from "../errors/foreign-messages.ts";
import { shown } from "../errors/shown.ts";
import type { Outcome } from "../contracts/objective.ts";
import type { Failure } from "../contracts/trial.ts";
import { formatBytes } from "../system/byte-size.ts";
import { saysOutOfMemory } from "./last-words/out-of-memory.ts";

export type FailedOutcome = Extract<Outcome, { kind: "failed" }>;

/**
 * The outcome of an objective that threw. Pruning and divergence are known by the errors' names. If
 * the objective passed on an abort, the signal's reason decides.
 */
export function outcomeOfThrown(thrown: unknown, signal?: AbortSignal): Outcome {
  try {
    if (isTrialPruned(thrown)) return { kind: "pruned" };
    if (signal?.aborted && passesOnAbort(thrown, signal)) return stoppedOutcome(signal);
  } catch {
    // The error's name can't be read, which its failure will say.
  }
  return { kind: "failed", failure: failureOf(thrown) };
}

/**
 * The end of a trial that was aborted: `timeout` if the signal's reason is a TimeoutError, `lost`
 * otherwise, as the trial is neither finished nor to blame.
 */
export function stoppedOutcome(signal: AbortSignal): FailedOutcome {
  const reason: unknown = signal.reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  if (nameOf(reason) === "TimeoutError") {
    return { kind: "failed", failure: { reason: "timeout", message } };
  }
  return {
    kind: "failed",
    failure: { reason: "lost", message: `The trial was stopped before its end: ${message}` },
  };
}

/** Never throws, whatever was thrown. */
export function failureOf(thrown: unknown): Failure {
  try {
    return readFailure(thrown);
  } catch {
    return { reason: "error", message: UNREADABLE };
  }
}

/** The message for an error whose own message, name or stack throws, or is no text. */
export const UNREADABLE =
  "The objective threw what can't be read: its name, message or stack throws. Throw an Error instead.";

function readFailure(thrown: unknown): Failure {
  const message = messageOf(thrown);
  if (isTrialDiverged(thrown)) {
    const told = String(thrown.message);
    return { reason: "diverged", message: told, ...divergenceOf(thrown.divergence) };
  }
  if (isOutOfMemory(thrown)) return { reason: "outOfMemory", message };
  const stack = thrown instanceof Error ? stackOf(thrown) : undefined;
  return { reason: "error", message, ...(stack !== undefined && { stack }) };
}

/** A failure without the stack of hpo's own errors, which says nothing about the user's program. */
export const ownFailure = (thrown: unknown): Failure =>
  thrown instanceof HpoError ? { reason: "error", message: thrown.message } : failureOf(thrown);

/** `TypeError: x is not a function`; a plain Error's message alone; anything else described. */
function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    return `The objective threw ${describe(thrown)}, which is no Error. Throw an Error instead.`;
  }
  const [name, message] = [String(thrown.name), String(thrown.message)];
  const plain = name === "Error" || name.startsWith("Hpo");
  if (plain) return message || "An error without a message.";
  return message ? `${name}: ${message}` : name;
}

function isOutOfMemory(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return typeof thrown === "string" && saysOutOfMemory(thrown);
  if ("code" in thrown && thrown.code === "ERR_WORKER_OUT_OF_MEMORY") return true;
  if (isBeyondWasmMemory(thrown)) return true;
  return saysOutOfMemory(`${String(thrown.name)}: ${String(thrown.message)}`);
}

const nameOf = (reason: unknown): string | undefined =>
  reason instanceof Error ? reason.name : undefined;

function passesOnAbort(thrown: unknown, signal: AbortSignal): boolean {
  if (thrown === signal.reason) return true;
  const name = nameOf(thrown);
  return name === "AbortError" || name === "TimeoutError";
}

/** Checks the fields of a TrialDiverged, maybe of another copy of hpo, before they are stored. */
function divergenceOf(given: unknown): Partial<Divergence> {
  if (typeof given !== "object" || given === null) return {};
  const { cause, step, learningRate, gradientNorm, advice } = given as Divergence;
  return {
    ...(typeof cause === "string" && { cause }),
    ...(typeof step === "number" && { step }),
    ...(typeof learningRate === "number" && { learningRate }),
    ...(typeof gradientNorm === "number" && { gradientNorm }),
    ...(typeof advice === "string" && { advice }),
  };
}

/** An error's stack with its causes; undefined if there is none, or it can't be read. */
function stackOf(error: Error): string | undefined {
  try {
    return readStack(error);
  } catch {
    return undefined;
  }
}

function readStack(error: Error): string | undefined {
  const causes: string[] = [];
  let cause = error.cause;
  while (cause instanceof Error && causes.length < 5) {
    causes.push(`Caused by ${cause.stack ?? cause.message}`);
    cause = cause.cause;
  }
  return error.stack === undefined ? undefined : [error.stack, ...causes].join("\n");
}

function describe(value: unknown): string {
  if (typeof value === "string") return `the string ${shown(value)}`;
  return typeof value === "object" && value !== null ? `an object (${shown(value)})` : shown(value);
}

/** The failure of a trial that was killed at its memory limit. */
export const memoryFailure = (heldBytes: number, limitBytes: number): Failure => ({
  reason: "outOfMemory",
  message:
    `The trial held ${formatBytes(heldBytes)} in memory, more than its limit of ` +
    `${formatBytes(limitBytes)}, and was killed. Raise memoryLimit if it needs more.`,
});
