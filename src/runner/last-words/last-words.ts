import { withoutIgnored } from "./ignored.ts";
import { lastTelling, linesOf } from "./lines.ts";
import { launcherWords, pythonWords, type LastWords } from "./python.ts";

const HEADER = /^(.*?)(?:\s*\+ Exception Group )?Traceback \(most recent call last\):\s*$/;

/**
 * Finds in a program's stderr what it died of; undefined if it is empty. That is not the last line:
 * a CUDA error is followed by advice, torchrun's by a table, C++'s by a stack. Of several workers
 * the first one to fail counts, as the others failed because of it.
 */
export function lastWords(errors: string): LastWords | undefined {
  const lines = linesOf(errors);
  return wordsIn(withoutIgnored(lines)) ?? wordsIn(lines) ?? lineWords(lines, lines.at(-1)?.trim());
}

function wordsIn(lines: readonly string[]): LastWords | undefined {
  const text = lines.join("\n");
  const tag = tagOf(lines);
  const own = tag === undefined ? undefined : pythonWords(withoutIgnored(taggedLines(lines, tag)));
  return (
    own ??
    pythonWords(lines) ??
    otherLanguages(text) ??
    firstRankOf(text) ??
    launcherWords(lines) ??
    lineWords(lines)
  );
}

function lineWords(lines: readonly string[], other?: string): LastWords | undefined {
  const line = lastTelling(lines) ?? other;
  return line ? { line } : undefined;
}

/** The prefix that a launcher puts before a worker's lines: `[rank1]: `, `[1,0]<stderr>:`. */
function tagOf(lines: readonly string[]): string | undefined {
  for (const [index, line] of lines.entries()) {
    const tag = HEADER.exec(line)?.[1];
    if (tag && /\w/.test(tag) && lines[index + 1]?.startsWith(tag)) return tag;
  }
  return undefined;
}

/** A worker's lines without the tag, which may lack its trailing space on an empty line. */
const taggedLines = (lines: readonly string[], tag: string): string[] => {
  const bare = tag.trimEnd();
  return lines
    .filter((line) => line.startsWith(bare))
    .map((line) => (line.startsWith(tag) ? line.slice(tag.length) : line.slice(bare.length)));
};

/** Errors of C++ (`what()`), Rust, Go and Julia, which a stack follows. */
const THROWN: readonly RegExp[] = [
  /^\s*what\(\):\s+(.+)$/m,
  /^thread '.*'(?: \(\d+\))? panicked at .*:\n(.+)$/m,
  /^thread '.*' panicked at '(.+)', /m,
  /^((?:panic|fatal error): .+)$/m,
  /^ERROR: (?:LoadError: )?(.+)$(?=[^]*^Stacktrace:)/m,
];

function otherLanguages(text: string): LastWords | undefined {
  const line = THROWN.map((pattern) => pattern.exec(text)?.[1]).find((found) => found);
  return line === undefined ? undefined : { line: line.trim(), thrown: line };
}

/** Names the rank that torchrun's table calls the root cause, if nothing else is known of it. */
function firstRankOf(words: string): LastWords | undefined {
  const table = /^Root Cause [^]*?^\s*rank\s*: (\d+)[^]*?^\s*exitcode\s*: (-?\d+)/m.exec(words);
  if (!table) return undefined;
  const [, rank, code] = table;
  const how = code.startsWith("-") ? `was killed by signal ${code.slice(1)}` : `ended with ${code}`;
  return { line: `rank ${rank} ${how}` };
}
