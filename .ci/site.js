// npm run docs: builds the site into site/, offline. Its pages by VitePress, the reference of the package
// by typedoc under /api; then holds that no link of a page leads nowhere, anchors included.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "vitepress";

const site = "site";
await build("docs");
execFileSync("npx", ["typedoc", "--logLevel", "Warn"], { stdio: "inherit" });

const pages = readdirSync(site, { recursive: true }).filter((file) => file.endsWith(".html"));
const dead = [];
for (const page of pages) {
  for (const [, link] of textOf(page).matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)) {
    if (/^(?:[a-z]+:|\/\/)/.test(link) || link === "") continue;
    const [path, anchor] = link.replaceAll("&amp;", "&").split("#");
    const file = fileOf(page, path.split("?")[0]);
    if (!file) dead.push(`${page}: ${link} leads nowhere`);
    else if (anchor && file.endsWith(".html") && !anchorsOf(file).has(decodeURIComponent(anchor))) {
      dead.push(`${page}: ${file} has no #${anchor}`);
    }
  }
}
for (const one of new Set(dead)) console.error(one);
console.log(`${pages.length} pages in ${site}/, ${dead.length} dead links`);
if (dead.length > 0) process.exitCode = 1;

function fileOf(page, path) {
  if (path === "") return page;
  const whole = path.startsWith("/") ? path.slice(1) : join(dirname(page), decodeURI(path));
  const file = whole === "" || whole.endsWith("/") ? join(whole, "index.html") : whole;
  return existsSync(resolve(site, file)) ? file : undefined;
}

function textOf(file) {
  return readFileSync(join(site, file), "utf8");
}

function anchorsOf(file) {
  anchorsOf.known ??= new Map();
  const known = anchorsOf.known.get(file);
  if (known) return known;
  const ids = new Set([...textOf(file).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));
  anchorsOf.known.set(file, ids);
  return ids;
}
