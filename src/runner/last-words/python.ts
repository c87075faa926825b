import { isRecord, lastTelling } from "./lines.ts";
import { saysOutOfMemory } from "./out-of-memory.ts";
import { tracebacksIn, type Traceback } from "./tracebacks.ts";

/** What a process ended in. */
export interface LastWords {
  /** For people. */
  readonly line: string;
  /** Uncaught, and so what it died of, whatever else it said: the whole message. Else undefined. */
  readonly thrown?: string;
}

/** Exceptions by which launchers tell that a process of theirs failed, and not why. */
const LAUNCHER = /\bChildFailedError\b|\bCalledProcessError: Command .*(?:exit status|died with)/;

/**
 * What Python's tracebacks say; undefined if there is none that tells.
 *
 * What nobody caught counts, and the last of such. One that was caught and logged does not where the
 * program says something after it, as `sys.exit("…")` does; an exception of another thread or
 * process only where there is no other.
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
  if (elsewhere) return wordsOf(elsewhere);
  const before = launcher && lastTelling(lines.slice(0, launcher.start));
  return before === undefined ? undefined : { line: before };
}

/** The line of a launcher's exception, where nothing else is known. */
export const launcherWords = (lines: readonly string[]): LastWords | undefined => {
  const launcher = tracebacksIn(lines).find(({ line }) => LAUNCHER.test(line));
  return launcher && { line: launcher.line };
};

function wordsOf({ line, message, causes }: Traceback): LastWords {
  const thrown = [message, ...causes].join("\n");
  const isCause = saysOutOfMemory(thrown) && !saysOutOfMemory(line);
  const told = isCause ? thrown.split("\n").find(saysOutOfMemory)?.trim() : undefined;
  return { line: told ?? line, thrown };
}

const after = (lines: readonly string[], { end }: Traceback): string | undefined =>
  lastTelling(lines.slice(end).filter((line) => /^\S/.test(line)));
