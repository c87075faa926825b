import type { Failure } from "../contracts/trial.ts";
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
export interface ExitDescription {
  /** `The command was killed by SIGSEGV`. */
  readonly what: string;
  readonly errors: string;
  /** Whether the kernel killed it for want of memory. */
  readonly isOomKill: boolean;
}

/** A process's end as its trial's failure, with its last words. */
export function failureOfExit({ what, errors, isOomKill }: ExitDescription): Failure {
  const lines = errors.trimEnd().split("\n");
  const isOutOfMemory = isOomKill || saysOutOfMemory(errors);
  const thrown = exceptionOf(lines);
  const isTelling = (line: string | undefined): boolean =>
    line !== undefined && (!isOutOfMemory || saysOutOfMemory(line));
  const telling = isTelling(thrown) ? thrown : (lines.find(saysOutOfMemory) ?? lines.at(-1));
  const last = telling?.trim();
  const message = `${what}${last ? `: ${last}` : " and printed nothing on stderr."}`;
  if (isOutOfMemory) return { reason: "outOfMemory", message };
  return { reason: "error", message, ...(last && { stack: errors.trimEnd() }) };
}

/** A line of a PyTorch worker that says which one it is. */
const OF_RANK = /^(\[rank\d+\]): ?(.*)$/;

/**
 * What was thrown: the line below Python's last traceback, or C++'s `what()`. Not the last line:
 * a CUDA error goes on with advice, torchrun with a table, C++ with its stack. Of several workers'
 * the first one's counts: the others failed for want of it.
 */
function exceptionOf(lines: readonly string[]): string | undefined {
  const first = lines.map((line) => OF_RANK.exec(line)).find((match) => match !== null)?.[1];
  const own = lines.flatMap((line) => {
    if (first === undefined) return [line];
    const [, rank, words] = OF_RANK.exec(line) ?? [];
    return rank === first ? [words] : [];
  });
  const all = lines.join("\n");
  return pythonException(own) ?? /^\s*what\(\):\s+(.+)$/m.exec(all)?.[1] ?? firstRankOf(all);
}

/** The rank that torchrun's table calls the root cause, where nothing else is known of it. */
function firstRankOf(words: string): string | undefined {
  const table = /^Root Cause [^]*?^\s*rank\s*: (\d+)[^]*?^\s*exitcode\s*: (-?\d+)/m.exec(words);
  if (!table) return undefined;
  const [, rank, code] = table;
  const how = code.startsWith("-") ? `was killed by signal ${code.slice(1)}` : `ended with ${code}`;
  return `rank ${rank} ${how}`;
}

function pythonException(lines: readonly string[]): string | undefined {
  let thrown: string | undefined;
  let isInTraceback = false;
  for (const line of lines) {
    if (line.startsWith("Traceback (most recent call last):")) isInTraceback = true;
    else if (isInTraceback && /^\S/.test(line)) {
      isInTraceback = false;
      // torchrun's own, which tells that a worker failed and not why.
      if (!line.includes("ChildFailedError")) thrown = line;
    }
  }
  return thrown;
}

/** `was killed by SIGSEGV`, `ended with exit code 3`. */
export function exitText(code: number | null, signal: string | null, isOomKill: boolean): string {
  if (isOomKill) return "was killed by the kernel for want of memory";
  if (signal === "SIGKILL") {
    return "was killed by SIGKILL (by somebody, or by the system for want of memory)";
  }
  return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
}
