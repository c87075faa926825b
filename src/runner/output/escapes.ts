import {
  ANY_CONTROL,
  CONTROLS_IN_LINE,
  ESCAPE_SEQUENCES,
} from "../../errors/control-characters.ts";

/** A line of output as a terminal shows it: without escapes and control characters, and with backspaces obeyed. */
export function withoutEscapes(line: string): string {
  if (!ANY_CONTROL.test(line)) return line;
  return withBackspaces(line.replace(ESCAPE_SEQUENCES, "")).replace(CONTROLS_IN_LINE, "");
}

/** What comes after a backspace is written over what stands there. */
function withBackspaces(line: string): string {
  if (!line.includes("\b")) return line;
  const shown: string[] = [];
  let at = 0;
  for (const char of line) {
    if (char === "\b") at = Math.max(0, at - 1);
    else shown[at++] = char;
  }
  return shown.join("");
}
