import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const linked = new Set();

/** Notes the files of the repository that pages link to and that are no pages: a program, a script. */
export const linkedFiles = (md, root) => {
  md.core.ruler.push("linked-files", ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === "link_open" ? token.attrGet("href") : undefined;
        if (!href || /^[a-z]+:|^#|^\/|\.md(#|$)/.test(href) || !/\.\w+$/.test(href)) continue;
        const file = normalize(join(dirname(env.relativePath), href));
        if (!existsSync(join(root, file))) continue;
        linked.add(file);
        token.attrSet("download", "");
      }
    }
  });
};

/** Puts them where the pages link to. */
export function copyLinkedFiles(root, site) {
  for (const file of linked) {
    mkdirSync(join(site, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(site, file));
  }
}
