import type { SourceFile } from "./study-file-errors.ts";
import { pyYamlWords } from "./pyyaml-words.ts";

/** A remark about each kind of place in a file that is likely meant otherwise. */
export function doubtsIn({ document, lines, path }: SourceFile): string[] {
  const words = pyYamlWords(document).filter(({ keys }) => keys[0] === "space");
  if (words.length === 0) return [];
  const { line, col } = lines.linePos(words[0].offset);
  const where = path === undefined ? "" : `${path}:${line}:${col}: `;
  const all = new Map(words.map(({ word, value }) => [word, value]));
  const [texts, values] = [[...all.keys()], [...all.values()]].map((list) => list.join(", "));
  return [
    `${where}${texts}: text${all.size === 1 ? "" : "s"} here, where PyYAML reads ${values}. Write ${values} if you ` +
      `mean that; quotes, as "${words[0].word}", say that it is a text.`,
  ];
}
