import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The pages that hold examples. */
export const pages = () => [
  "README.md",
  "CONTRIBUTING.md",
  "studies/python/README.md",
  ...list("docs", ".md"),
  ...list("bench", ".md"),
];

/** The fenced blocks of a page, with the place of each and what a comment before it says. */
export function blocksOf(page) {
  const text = readFileSync(page, "utf8");
  const fences = /(?:<!-- (no )?example:([^]*?)-->\s*)?^```(\w*)\n([^]*?)^```/gm;
  return [...text.matchAll(fences)].flatMap(
    ([whole, isNone, prelude = "", language, code], order) => {
      const before = text.slice(0, text.indexOf(whole)) + whole.slice(0, whole.indexOf("```"));
      const at = `${page}:${before.split("\n").length}`;
      return isNone ? [] : [{ page, at, order, language, prelude: prelude.trim(), code }];
    },
  );
}

/** The examples of docstrings, those of hpo/testing included. */
export const docstrings = () =>
  ["src", "strategies"]
    .flatMap((root) => list(root, ".ts"))
    .filter((file) => !/\.test\.ts$|\/fixtures\/|.\/testing\/|\/testing\/\w+\//.test(file.slice(4)))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8");
      return [...text.matchAll(/^ *\* ```ts\n([^]*?)^ *\* ```/gm)].map(({ 1: code, index }) => ({
        at: `${file}:${text.slice(0, index).split("\n").length}`,
        prelude: "",
        code: code.replace(/^ *\* ?/gm, ""),
      }));
    });

function list(root, ending) {
  const files = readdirSync(root, { recursive: true }).map((file) => join(root, file));
  return files.filter((file) => file.endsWith(ending) && !file.endsWith(".d.ts")).sort();
}
