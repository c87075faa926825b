import type { Failure } from "../contracts/trial.ts";
import { lastWords } from "./last-words/last-words.ts";
import { linesOf } from "./last-words/lines.ts";
import { saysOutOfMemory } from "./last-words/out-of-memory.ts";
import { lastLineStart } from "./output/output-tail.ts";

/** How much of the end of stderr is searched for the error, as a stack may be long. */
export const ERROR_BYTES = 64 * 1024;
/** How much of it a failure shows. */
const SHOWN_BYTES = 8192;

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

/** What is known of the exit of a trial's process. */
export interface ExitDescription {
  /** `The command was killed by SIGSEGV`. */
  readonly what: string;
  readonly errors: string;
  /** Whether the kernel killed it because memory ran out. */
  readonly isOomKill: boolean;
}

/**
 * Makes the failure of a trial whose process exited, with the error that it printed. It is out of
 * memory if the uncaught error says so; other output counts only if no uncaught error is found.
 */
export function failureOfExit({ what, errors, isOomKill }: ExitDescription): Failure {
  const words = lastWords(errors);
  const isOutOfMemory = isOomKill || saysOutOfMemory(words?.thrown ?? errors);
  const isTelling =
    !isOutOfMemory || words?.thrown !== undefined || saysOutOfMemory(words?.line ?? "");
  const last = isTelling
    ? words?.line
    : (linesOf(errors).find(saysOutOfMemory)?.trim() ?? words?.line);
  const message = `${what}${last ? `: ${last}` : " and printed nothing on stderr."}`;
  if (isOutOfMemory) return { reason: "outOfMemory", message };
  return { reason: "error", message, ...(last && { stack: shownOf(errors) }) };
}

function shownOf(errors: string): string {
  const bytes = Buffer.from(errors.trimEnd());
  if (bytes.length <= SHOWN_BYTES) return bytes.toString();
  return bytes.subarray(lastLineStart(bytes, bytes.length - SHOWN_BYTES)).toString();
}

/** `was killed by SIGSEGV`, `ended with exit code 3`. */
export function exitText(code: number | null, signal: string | null, isOomKill: boolean): string {
  if (isOomKill) return "was killed by the kernel because memory ran out";
  if (signal === "SIGKILL") {
    return "was killed by SIGKILL (by somebody, or by the system because memory ran out)";
  }
  return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
}
