import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** How npm run new marks what is left to be written, in sources and on pages. */
const UNWRITTEN = /\bTODO\b/;

/** Where something of a template stands that its author is to replace. */
export const faultsOfUnwritten = () =>
  [...list("src", ".ts"), ...list("strategies", ".ts"), ...list("docs", ".md")].flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) =>
        UNWRITTEN.test(line)
          ? [`${file}:${index + 1}: still to be written: ${line.replace(/^[\s*]+/, "")}`]
          : [],
      ),
  );

const list = (root, ending) =>
  readdirSync(root, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(root, file));
