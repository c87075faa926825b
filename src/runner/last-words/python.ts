import { isRecord, lastTelling } from "./lines.ts";
import { isOwnMistake, saysOutOfMemory } from "./out-of-memory.ts";
import { tracebacksIn, type Traceback } from "./tracebacks.ts";

/** The error that a process ended with. */
export interface LastWords {
  /** The line to show. */
  readonly line: string;
  /** The whole message of an uncaught error, of which the process surely died; else undefined. */
  readonly thrown?: string;
}

/** Launchers' exceptions, which say that a process failed, but not why. */
const LAUNCHER = /\bChildFailedError\b|\bCalledProcessError: Command .*(?:exit status|died with)/;

/**
 * The error that Python's tracebacks show; undefined if none does.
 *
 * The last uncaught exception counts. One that was caught and logged does not count if the program
 * prints something after it, as `sys.exit("…")` does; one of another thread or process counts only
 * if there is no other, and nothing but a log's lines after it.
 */
export function pythonWords(lines: readonly string[]): LastWords | undefined {
  const all = tracebacksIn(lines);
  const launcher = all.find(({ line }) => LAUNCHER.test(line));
  const own = all.filter(({ line }) => !LAUNCHER.test(line));
  const main = own.filter(({ isElsewhere }) => !isElsewhere);
  const uncaught = main.findLast(({ isFromTop }) => isFromTop);
  if (uncaught) {
    const said =
      uncaught === main.at(-1) && isRecord(uncaught.before) ? after(lines, uncaught) : undefined;
    return said === undefined ? wordsOf(uncaught) : { line: said };
  }
  const caught = main.at(-1);
  if (caught) return { line: after(lines, caught) ?? caught.line };
  const elsewhere = own.at(-1);
  if (elsewhere) {
    const said = after(lines, elsewhere);
    return said === undefined || isRecord(said) ? wordsOf(elsewhere) : { line: said };
  }
  const before = launcher && lastTelling(lines.slice(0, launcher.start));
  return before === undefined ? undefined : { line: before };
}

/** A launcher's exception, for when nothing else is known. */
export const launcherWords = (lines: readonly string[]): LastWords | undefined => {
  const launcher = tracebacksIn(lines).find(({ line }) => LAUNCHER.test(line));
  return launcher && { line: launcher.line };
};

function wordsOf({ line, message, causes }: Traceback): LastWords {
  if (isOwnMistake(line)) return { line, thrown: line };
  const thrown = [message, ...causes].join("\n");
  const isCause = saysOutOfMemory(thrown) && !saysOutOfMemory(line);
  const told = isCause ? thrown.split("\n").find(saysOutOfMemory)?.trim() : undefined;
  return { line: told ?? line, thrown };
}

const after = (lines: readonly string[], { end }: Traceback): string | undefined =>
  lastTelling(lines.slice(end).filter((line) => /^\S/.test(line)));
