import { NOT_DRAWN } from "../../errors/control-characters.ts";

/** Advance widths of DejaVu Sans for the signs from " " to "~", in hundredths of the font's size. */
const WIDTHS =
  "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84"
    .split(" ")
    .map((width) => Number(width) / 100);
const BOLD = 1.1;

/** How wide a text is at a font size in pixels, in DejaVu Sans; other scripts about so. */
export function textWidth(text: string, size: number, bold = false): number {
  let width = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0)!;
    if (code < 127) width += WIDTHS[code - 32] ?? 0;
    else if (code === 0xb7) width += 0.32;
    else if ("⁰¹²³⁴⁵⁶⁷⁸⁹⁻".includes(sign)) width += 0.41;
    else width += code < 0x2e80 ? 0.64 : 1.02;
  }
  return width * size * (bold ? BOLD : 1);
}

/**
 * A name that somebody gave, as it may be drawn: in one line, without unprintable signs. ECharts keeps
 * what it measured in plain objects by their texts; one like "__proto__", which every object has, would
 * change all of them, so it gets a space that no object knows.
 */
export function printable(text: string): string {
  const clean = text.replace(NOT_DRAWN, "\u25a1");
  return clean in Object.prototype ? `${clean}\u00a0` : clean;
}

/** The text, shortened with … in its middle to a width in pixels. */
export function shorten(text: string, width: number, size: number, bold = false): string {
  const clean = printable(text);
  if (textWidth(clean, size, bold) <= width) return clean;
  const signs = [...clean.slice(0, MOST_SIGNS)];
  const tail = [...clean.slice(-MOST_SIGNS)];
  let kept = Math.min(signs.length, [...clean].length - 1);
  for (; kept > 1; kept--) {
    const back = kept >> 2;
    const short = `${signs.slice(0, kept - back).join("")}…${back > 0 ? tail.slice(-back).join("") : ""}`;
    if (textWidth(short, size, bold) <= width) return short;
  }
  return `${signs[0]}…`;
}

/** No line has room for more. */
const MOST_SIGNS = 400;

/** Parts joined by " · " to as many lines as they need; a part that no line holds is shortened. */
export function wrapped(parts: readonly string[], width: number, size: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = lines.length > 0 ? `${lines[lines.length - 1]} · ${part}` : part;
    if (lines.length > 0 && textWidth(printable(joined), size) <= width) {
      lines[lines.length - 1] = printable(joined);
    } else {
      lines.push(shorten(part, width, size));
    }
  }
  return lines;
}
