import type { Failure } from "../contracts/trial.ts";
import { lastWords } from "./last-words/last-words.ts";
import { linesOf } from "./last-words/lines.ts";
import { saysOutOfMemory } from "./last-words/out-of-memory.ts";
import { lastLineStart } from "./output/output-tail.ts";

/** How much of stderr's end is searched for what went wrong: the stack may be long. */
export const ERROR_BYTES = 64 * 1024;
/** How much of it an error shows. */
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

/** What its exit says of a trial whose process ended. */
export interface ExitDescription {
  /** `The command was killed by SIGSEGV`. */
  readonly what: string;
  readonly errors: string;
  /** Whether the kernel killed it because memory ran out. */
  readonly isOomKill: boolean;
}

/**
 * A process's end as its trial's failure, with its last words. Memory ran out where what nobody
 * caught says so; what else was printed counts only where nothing tells what that was.
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
