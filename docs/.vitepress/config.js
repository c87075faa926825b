// The site: README.md is its front page; the other pages stand where they stand in the repository.
// npm run docs builds it into site/, with typedoc's reference under /api.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";
import { defineConfig } from "vitepress";
import { guides } from "./guides.js";
import { copyLinkedFiles, linkedFiles } from "./linked-files.js";
import { themedPictures } from "./pictures.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

const listed = new Set(guides.flatMap(({ pages }) => Object.keys(pages)));
const unlisted = readdirSync(`${root}/docs`)
  .filter((file) => file.endsWith(".md") && !listed.has(`docs/${file}`))
  .map((file) => [`docs/${file}`, file.replace(".md", "")]);
const groups = [
  ...guides,
  // A page that nobody has given its place yet is found, by its name.
  ...(unlisted.length > 0 ? [{ text: "More", pages: Object.fromEntries(unlisted) }] : []),
];

export default defineConfig({
  title: "hpo",
  description: "Hyperparameter optimisation for people who train models",
  lang: "en-GB",
  srcDir: "../",
  srcExclude: ["!(README|CONTRIBUTING|CHANGELOG).md", "!(docs|bench|studies)/**/*"],
  outDir: "../site",
  cacheDir: "../node_modules/.cache/vitepress",
  rewrites: { "README.md": "index.md" },
  // typedoc writes these after the pages; npm run docs then holds that they are there.
  ignoreDeadLinks: [/^\/api\//],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => {
      md.use(linkedFiles, root).use(themedPictures);
      // Braces in code are text, no expressions of Vue's.
      const code = md.renderer.rules.code_inline;
      md.renderer.rules.code_inline = (...given) => code(...given).replace("<code", "<code v-pre");
    },
  },
  buildEnd: ({ outDir }) => copyLinkedFiles(root, outDir),
  themeConfig: {
    nav: [
      { text: "Guides", link: "/docs/first-study" },
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    sidebar: groups.map(({ text, pages }) => ({
      text,
      items: Object.entries(pages)
        .filter(([page]) => existsSync(`${root}/${page}`))
        .map(([page, title]) => ({
          text: title,
          link: page === "README.md" ? "/" : `/${page.replace(".md", "")}`,
        })),
    })),
    outline: [2, 3],
    search: { provider: "local" },
  },
});
