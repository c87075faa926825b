import { visibleLine } from "./visible.ts";

/** A word as it is typed in a POSIX shell. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The same for a hint, in one line and without what a terminal would obey: pasted in bash or zsh. */
export function pasteableWord(word: string): string {
  if (visibleLine(word) === word) return shellQuote(word);
  return `$'${visibleLine(word.replace(/[\\']/g, "\\$&"))}'`;
}
