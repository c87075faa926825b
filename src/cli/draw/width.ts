import { createRequire } from "node:module";
import type StringWidth from "string-width";

/** Columns that a text takes. ASCII is as wide as it is long: what knows of the rest is loaded where there is any. */
export const widthOf = (text: string): number =>
  /^[ -~]*$/.test(text) ? text.length : (stringWidth ??= loadStringWidth())(text);

let stringWidth: typeof StringWidth | undefined;
const loadStringWidth = (): typeof StringWidth =>
  createRequire(import.meta.url)("string-width") as typeof StringWidth;

export const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)));

/** As much of a text as has room, with a sign that there is more. */
export function cutAtEnd(text: string, room: number, unicode: boolean): string {
  if (widthOf(text) <= room) return text;
  const sign = cutSign(room, unicode);
  return beginningOf([...text], room - sign.length).trimEnd() + sign;
}

/** A name's beginning and end, of which the last tells runs and layers apart. */
export function cutInMiddle(text: string, room: number, unicode: boolean): string {
  if (widthOf(text) <= room) return text;
  const sign = cutSign(room, unicode);
  const left = room - sign.length;
  const before = beginningOf([...text], Math.ceil(left / 2));
  const after = beginningOf([...text].reverse(), left - widthOf(before));
  return before + sign + [...after].reverse().join("");
}

const cutSign = (room: number, unicode: boolean): string => (unicode ? "…" : "..").slice(0, room);

function beginningOf(characters: readonly string[], room: number): string {
  let kept = "";
  let taken = 0;
  for (const character of characters) {
    taken += widthOf(character);
    if (taken > room) break;
    kept += character;
  }
  return kept;
}
