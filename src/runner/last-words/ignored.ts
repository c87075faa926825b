import { HEADER } from "./tracebacks.ts";

/**
 * Begins what Python prints of an error in a destructor, at exit or in logging, and then ignores.
 */
const BEGINNING =
  /Exception ignored (?:in|on|while)\b|^Error in (?:atexit|sys\.)|^--- Logging error ---$/;
const OF_LOGGING = /^(?:Call stack:|Message: |Arguments: )/;

/** The lines without exceptions that were ignored. */
export function withoutIgnored(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (BEGINNING.test(lines[at])) at = endOf(lines, at + 1) - 1;
    else kept.push(lines[at]);
  }
  return kept;
}

/** The index behind an ignored exception, which may follow its stack or stand alone. */
function endOf(lines: readonly string[], start: number): number {
  let at = start;
  if (HEADER.test(lines[at] ?? "")) at = endOfIndented(lines, at + 1);
  if (/^[\w.]+(?:: |$)/.test(lines[at] ?? "")) at++;
  while (OF_LOGGING.test(lines[at] ?? "")) at = endOfIndented(lines, at + 1);
  return at;
}

function endOfIndented(lines: readonly string[], start: number): number {
  let at = start;
  while (/^\s+\S/.test(lines[at] ?? "")) at++;
  return at;
}
