/** Lines of coloured text whose width is known, as a terminal gets them. */
import pc from "picocolors";
import { visibleLine } from "../visible.ts";
import { cutAtEnd, widthOf } from "./width.ts";

type Style = "bold" | "dim" | "green" | "red" | "yellow" | "cyan";

interface Piece {
  readonly text: string;
  readonly style?: Style;
}

/** Without control characters or line breaks. */
export type StyledLine = readonly Piece[];

export const piece = (text: string, style?: Style): Piece => ({ text: visibleLine(text), style });

export const lineWidth = (line: StyledLine): number =>
  line.reduce((sum, { text }) => sum + widthOf(text), 0);

/** What of the line has room. */
export function fitted(line: StyledLine, room: number, unicode: boolean): StyledLine {
  const kept: Piece[] = [];
  let left = room;
  for (const [index, { text, style }] of line.entries()) {
    const width = widthOf(text);
    const isLast = line.slice(index + 1).every((later) => later.text === "");
    // Of a piece that ends where the room does, a sign must say that there is more.
    if (width < left || (width === left && isLast)) kept.push({ text, style });
    else {
      kept.push({ text: cutAtEnd(isLast ? text : `${text} `, left, unicode), style });
      break;
    }
    left -= width;
  }
  return kept;
}

/** Groups one after another, as many of the first as fit whole; the very first is cut. */
export function joined(
  groups: readonly StyledLine[],
  room: number,
  gap: string,
  unicode: boolean,
): StyledLine {
  const [first = [], ...rest] = groups.filter((group) => lineWidth(group) > 0);
  const line = [...fitted(first, room, unicode)];
  let left = room - lineWidth(line);
  for (const group of rest) {
    const width = gap.length + lineWidth(group);
    if (width > left) break;
    line.push(piece(gap), ...group);
    left -= width;
  }
  return line;
}

export const painted = (line: StyledLine, colors: boolean): string => {
  const paint = colors ? COLORED : PLAIN;
  return line.map(({ text, style }) => (style ? paint[style](text) : text)).join("");
};

const COLORED = pc.createColors(true);
const PLAIN = pc.createColors(false);

/** Whether a stream's reader wants colours: NO_COLOR, then FORCE_COLOR, then a terminal that has them. */
export function wantsColors(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}
