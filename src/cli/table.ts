import { knowsUnicode } from "./draw/unicode.ts";
import { cutInMiddle, padded, widthOf } from "./draw/width.ts";
import { visibleLine } from "./visible.ts";

const GAP = "  ";
/** Narrower than this, a last column is not worth breaking: the terminal breaks its lines. */
const LEAST_WIDTH = 20;

/**
 * Columns of text under their heads. Where a width is given, that of a terminal, the last column is broken at
 * blanks to stay within it, and a name in the first one that is longer than a third of it loses its middle.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = Infinity,
): string {
  const longest = head.length > 1 ? Math.max(LEAST_WIDTH, Math.floor(width / 3)) : Infinity;
  const cells = [head, ...rows].map((row) =>
    row.map((cell, column) => {
      const text = visibleLine(cell);
      return column === 0 ? cutInMiddle(text, longest, knowsUnicode()) : text;
    }),
  );
  const widths = head.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[column])), 0),
  );
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  const room = width - before >= LEAST_WIDTH ? width - before : Infinity;
  const indent = " ".repeat(before);
  const lines = cells.flatMap((row) => {
    const start = row.slice(0, -1).map((cell, column) => padded(cell, widths[column]) + GAP);
    const [first, ...rest] = broken(row[row.length - 1], room);
    return [start.join("") + first, ...rest.map((line) => indent + line)];
  });
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** Lines of at most `room`, broken at blanks; a word that is longer stands alone. */
function broken(text: string, room: number): string[] {
  if (room === Infinity || widthOf(text) <= room) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
