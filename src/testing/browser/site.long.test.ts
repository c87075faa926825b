import test from "ava";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Page } from "playwright-core";
import { axeFaults } from "./axe-faults.ts";
import { startChromium } from "./chromium.ts";

const SITE = "site";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};
const VIEWS = [
  { colorScheme: "light", viewport: { width: 1400, height: 900 } },
  { colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

/** A guide has been taken over by its script, which changes it once more; the API's pages have none. */
const IS_READY =
  "!document.querySelector('#app') || '__vue_app__' in document.querySelector('#app')";
const READY_MS = 120_000;

let address: string;

test.before(async () => {
  execFileSync(process.execPath, [".ci/site.js"], { stdio: "inherit" });
  const server = createServer((request, response) => {
    const path = decodeURI(new URL(request.url!, "http://site").pathname);
    const file = join(SITE, path.endsWith("/") ? `${path}index.html` : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

const guides = () =>
  readdirSync(SITE, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".html") && !file.startsWith("api/") && file !== "404.html",
  );

for (const view of VIEWS) {
  // One after the other: each fills a processor, and other long tests run beside them.
  test.serial(
    `every page is readable, ${view.colorScheme}, ${view.viewport.width} wide`,
    async (t) => {
      const browser = await startChromium(t);
      if (!browser) return;
      const page = await browser.newPage(view);
      const said = listen(page);
      for (const path of [...guides(), "api/index.html", "api/functions/hpo.createStudy.html"]) {
        await page.goto(`${address}/${path}`);
        await ready(page).catch((error: unknown) =>
          t.fail(`${path}: ${String(error)}; ${said.join("; ")}`),
        );
        t.deepEqual(await seriousFaults(page, path), [], path);
        const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        t.true(Number(wider) <= 0, `${path} is ${String(wider)} pixels wider than the window`);
      }
      t.deepEqual(said, [], "nothing is loaded from elsewhere, and no script fails");
    },
  );
}

test("a word is found by the search", async (t) => {
  const browser = await startChromium(t);
  if (!browser) return;
  const page = await browser.newPage();
  const said = listen(page);
  await page.goto(address);
  await page.locator(".DocSearch-Button").click();
  await page.locator("#localsearch-input").fill("checkpoint");
  await page.locator(".result", { hasText: "What a program is given" }).click();
  await page.waitForURL(/commands\.html#what-a-program-is-given$/);
  // The address changes before the page does.
  await page.locator("main", { hasText: "HPO_CHECKPOINT_DIR" }).waitFor();
  t.deepEqual(said, []);
});

test("the reference holds what the program says of itself", (t) => {
  const textOf = (page: string) => readFileSync(join(SITE, "docs/reference", page), "utf8");
  t.regex(textOf("command-line.html"), /id="hpo-study-run"[^]*--memory-per-trial/);
  t.regex(textOf("study-file.html"), /trialTimeoutSeconds/);
  t.regex(textOf("database.html"), /hpo:finishIndex/);
});

/** Asked by the clock: a browser that is short of time draws no frames, by which playwright asks elsewhere. */
async function ready(page: Page): Promise<void> {
  await page.waitForFunction(IS_READY, undefined, { polling: 100, timeout: READY_MS });
}

/** What the page loads from elsewhere, and what its scripts throw. */
function listen(page: Page): string[] {
  const said: string[] = [];
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) {
      said.push(request.url());
    }
  });
  return said;
}

async function seriousFaults(page: Page, path: string): Promise<string[]> {
  // typedoc's tree of contents has links within what folds; it can be used by keyboard.
  const faults = await axeFaults(page, {
    "nested-interactive": { enabled: !path.startsWith("api/") },
  });
  return faults.map((fault) => `${path}: ${fault}`);
}
