import test from "ava";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startChromium } from "../../testing/browser/chromium.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { plot } from "../plot.ts";
import { HOSTILE_NAMES, madeStudy } from "../testing/hostile.ts";
import { heardOf } from "../testing/heard-of.ts";

const bundled = new URL("page.bundle.js", import.meta.url);

test.before(() => {
  if (!existsSync(bundled)) execFileSync(process.execPath, [".ci/bundle-plots.js"]);
});

test("in a browser it draws, loads nothing, and runs no name", async (t) => {
  const browser = await startChromium(t);
  if (!browser) return;
  const page = await browser.newPage({ offline: true });
  const { said, requests } = heardOf(page);
  const folder = await tempFolder(t);
  const study = madeStudy(30, HOSTILE_NAMES.length, HOSTILE_NAMES);
  for (const kind of ["history", "parallel"] as const) {
    const file = pathToFileURL(join(folder, `${kind}.html`));
    writeFileSync(file, plot(study, kind).html());
    await page.goto(file.href);
    t.is(await page.locator("#chart canvas").count(), 1, "the picture gave way to the live chart");
    t.is(await page.locator("#chart svg").count(), 0);
  }
  t.is(requests.length, 2);
  t.deepEqual(said, []);
});

test("it is drawn in the colours of the reader's system, and anew when they change", async (t) => {
  const browser = await startChromium(t);
  if (!browser) return;
  const page = await browser.newPage({ offline: true, colorScheme: "dark" });
  const file = pathToFileURL(join(await tempFolder(t), "history.html"));
  writeFileSync(file, plot(madeStudy(30, 2), "history").html());
  await page.goto(file.href);
  const drawnOn = (red: number) =>
    page.waitForFunction(
      `document.querySelector("canvas").getContext("2d").getImageData(2, 2, 1, 1).data[0] === ${red}`,
      undefined,
      { timeout: 30_000 },
    );
  await t.notThrowsAsync(drawnOn(0x14));
  await page.emulateMedia({ colorScheme: "light" });
  await t.notThrowsAsync(drawnOn(0xff));
});
