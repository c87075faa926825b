import {
  ANY_CONTROL,
  CONTROLS_IN_LINE,
  ESCAPE_SEQUENCES,
} from "../../errors/control-characters.ts";

/** What a line of output says, without what it does to a terminal. */
export function withoutEscapes(line: string): string {
  if (!ANY_CONTROL.test(line)) return line;
  return line.replace(ESCAPE_SEQUENCES, "").replace(CONTROLS_IN_LINE, "");
}
