import type { Failure } from "../trial.ts";
import { saysOutOfMemory } from "./outcome.ts";

/** How much of stderr an error shows: room for V8's own stack after its last words. */
export const ERROR_BYTES = 8192;

/** How a process ended. */
export type ProcessExit =
  | {
      readonly kind: "exited";
      readonly code: number | null;
      readonly signal: string | null;
      /** The end of what it wrote to stderr. */
      readonly errors: string;
    }
  | { readonly kind: "notStarted"; readonly message: string; readonly errors?: string };

/** What its exit says of a trial whose process ended. */
export interface ExitWords {
  /** `The command was killed by SIGSEGV`. */
  readonly what: string;
  readonly errors: string;
  /** Whether the kernel killed it for want of memory. */
  readonly isOomKill: boolean;
}

/** A process's end as its trial's failure, with its last words. */
export function failureOfExit({ what, errors, isOomKill }: ExitWords): Failure {
  const lines = errors.trimEnd().split("\n");
  const isOutOfMemory = isOomKill || saysOutOfMemory(errors);
  const telling = lines.find(saysOutOfMemory) ?? lines.at(-1);
  const last = telling?.trim();
  const message = `${what}${last ? `: ${last}` : " and printed nothing on stderr."}`;
  if (isOutOfMemory) return { reason: "outOfMemory", message };
  return { reason: "error", message, ...(last && { stack: errors.trimEnd() }) };
}

/** `was killed by SIGSEGV`, `ended with exit code 3`. */
export function exitText(code: number | null, signal: string | null, isOomKill: boolean): string {
  if (isOomKill) return "was killed by the kernel for want of memory";
  if (signal === "SIGKILL") {
    return "was killed by SIGKILL (by somebody, or by the system for want of memory)";
  }
  return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
}
