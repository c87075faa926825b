import type { SourceFile } from "./study-file-errors.ts";
import { booleanWords } from "./yaml-booleans.ts";

/** A remark about each kind of place in a file that is likely meant otherwise. */
export function doubtsIn({ document, lines, path }: SourceFile): string[] {
  const words = booleanWords(document).filter(({ keys }) => keys[0] === "space");
  if (words.length === 0) return [];
  const { line, col } = lines.linePos(words[0].offset);
  const where = path === undefined ? "" : `${path}:${line}:${col}: `;
  const all = [...new Set(words.map(({ word }) => word))].join(", ");
  return [
    `${where}${all}: texts here, where PyYAML reads true or false. Write true and false if you mean these; quotes ` +
      'around a text, as "no", say that it is one.',
  ];
}
