import {
  ANY_CONTROL,
  CONTROLS_IN_LINE,
  ESCAPE_SEQUENCES,
} from "../../errors/control-characters.ts";

/** A line of output without terminal escapes and control characters. */
export function withoutEscapes(line: string): string {
  if (!ANY_CONTROL.test(line)) return line;
  return line.replace(ESCAPE_SEQUENCES, "").replace(CONTROLS_IN_LINE, "");
}
