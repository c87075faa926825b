import { assertNever } from "../../errors/errors.ts";
import type { HostTrial } from "../../contracts/runner.ts";
import type { Outcome } from "../../contracts/objective.ts";
import type { Failure } from "../../contracts/trial.ts";
import { memoryFailure, ownFailure, stoppedOutcome } from "../outcome.ts";
import { exitText, failureOfExit } from "../process-exit.ts";
import type { CommandPlan } from "./command-plan.ts";
import type { LineMeaning } from "./metric/line-meaning.ts";
import { startFailure } from "./start-failure.ts";
import type { CommandEnd } from "./supervisor-protocol.ts";

/** Why a command is told to stop; the first reason stands. */
export type StopReason =
  | { readonly kind: "pruned" }
  | { readonly kind: "aborted" }
  /** The study threw at what the command said. */
  | { readonly kind: "refused"; readonly error: unknown };

/** What a command said that counts at the end. */
export interface Said {
  readonly result?: { readonly value: unknown };
  readonly reportCount?: number;
  readonly lastStep?: number;
}

export function remember(said: Said, meaning: LineMeaning): Said {
  if (meaning.kind === "startOver") return said.result ? { result: said.result } : {};
  if (meaning.kind === "result") return { ...said, result: { value: meaning.result } };
  if (meaning.kind !== "report") return said;
  const reportCount = (said.reportCount ?? 0) + 1;
  return {
    ...said,
    reportCount,
    lastStep: meaning.step,
    ...(meaning.isResult && { result: { value: meaning.value } }),
  };
}

export interface EndedCommand {
  readonly end: CommandEnd;
  readonly plan: Pick<CommandPlan, "argv" | "cwd" | "env">;
  readonly memoryLimitBytes: number | undefined;
  /** The end of what it wrote to stderr. */
  readonly errors: string;
  readonly said: Said;
  /** What it said that was not understood, the last of it. */
  readonly unread: string | undefined;
  /** How it has to tell its result. */
  readonly remedy: string;
}

/** The outcome of a command that was not told to stop. */
export function outcomeOfEnd(ended: EndedCommand): Outcome {
  const failure = failureOf(ended);
  if (failure) return { kind: "failed", failure, ...toldResult(ended.said) };
  const { said, unread, remedy } = ended;
  if (said.result) return { kind: "returned", result: said.result.value };
  const { reportCount = 0 } = said;
  const heard = reportCount > 0 ? `no result, only reports (${reportCount})` : "no result";
  const hint = unread === undefined ? "" : ` The last line that was not understood: ${unread}.`;
  const message = `The command ended well but gave ${heard}. ${remedy}${hint}`;
  return { kind: "failed", failure: { reason: "error", cause: "noResult", message } };
}

function failureOf({ end, plan, errors, memoryLimitBytes }: EndedCommand): Failure | undefined {
  if (end.kind === "notStarted") return { reason: "error", message: startFailure(plan, end) };
  const { code, signal, heldBytes } = end;
  if (heldBytes !== undefined) return memoryFailure(heldBytes, memoryLimitBytes!);
  if (code === 0) return undefined;
  const what = `The command ${exitText(code, signal, false)}`;
  return failureOfExit({ what, errors, isOomKill: false });
}

/** The outcome of one that was told to stop. */
export function outcomeOfStop(reason: StopReason, signal: AbortSignal, said: Said): Outcome {
  switch (reason.kind) {
    case "pruned":
      return { kind: "pruned" };
    case "aborted":
      return { ...stoppedOutcome(signal), ...toldResult(said) };
    case "refused":
      return { kind: "failed", failure: ownFailure(reason.error), error: reason.error };
    default:
      return assertNever(reason);
  }
}

const toldResult = ({ result }: Said): { readonly result?: unknown } =>
  result ? { result: result.value } : {};

/** What a program that is about to get SIGTERM is told. */
export interface StopWord {
  /** `paused`: a later trial may go on with it. `interrupted`: it is started again later. */
  readonly reason: "pruned" | "paused" | "timeout" | "interrupted" | "refused";
  /** For people. */
  readonly message?: string;
}

export function whyStopped(
  reason: StopReason,
  { signal, maxStep = Infinity }: Pick<HostTrial, "signal" | "maxStep">,
  { lastStep = -1 }: Said,
): StopWord {
  switch (reason.kind) {
    case "pruned":
      return { reason: lastStep >= maxStep ? "paused" : "pruned" };
    case "aborted": {
      const { failure } = stoppedOutcome(signal);
      const isTimeUp = failure.reason === "timeout";
      return { reason: isTimeUp ? "timeout" : "interrupted", message: failure.message };
    }
    case "refused":
      return { reason: "refused", message: ownFailure(reason.error).message };
    default:
      return assertNever(reason);
  }
}
