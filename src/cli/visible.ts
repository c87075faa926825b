import { TERMINAL_CONTROLS } from "../errors/control-characters.ts";
import { stripVTControlCharacters } from "node:util";

/**
 * Text as it may reach a terminal: names, values and messages come from databases and programs, and
 * what they hold must not move the cursor, retitle the window or hide other text.
 */
export const visible = (text: string): string =>
  text.replace(TERMINAL_CONTROLS, (character) => escaped(character));

/** The same in one line, for a cell of a table. */
export const visibleLine = (text: string): string =>
  visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");

/** A name in a line of text: `"digits"`. */
export const quotedName = (name: string): string => `"${visibleLine(name)}"`;

/** A line that a program printed, without colours, as a progress bar left it. */
export const visibleOutput = (line: string): string =>
  visible(stripVTControlCharacters(line.replace(/\r+$/, "").replace(/^.*\r/s, "")));

/** JSON whose strings hold such characters as escapes. */
export const visibleJson = (value: unknown, space?: number): string =>
  JSON.stringify(value, null, space).replace(TERMINAL_CONTROLS, escapedInJson);

function escaped(character: string): string {
  if (character === "\r") return "\\r";
  const code = character.charCodeAt(0);
  // A shell takes \x9b within $'…' for a byte.
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : escapedInJson(character);
}

const escapedInJson = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
