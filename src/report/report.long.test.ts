import test from "ava";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { example } from "../plots/testing/examples.ts";
import { HOSTILE_NAMES, madeStudy } from "../plots/testing/hostile.ts";
import { heardOf } from "../plots/testing/heard-of.ts";
import { axeFaults } from "../testing/browser/axe-faults.ts";
import { startChromium } from "../testing/browser/chromium.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { report } from "./report.ts";
import { toReport } from "./testing/to-report.ts";

test("in a browser it loads nothing, runs no name, and is light, dark and narrow", async (t) => {
  const browser = await startChromium(t);
  if (!browser) return;
  const file = pathToFileURL(join(await tempFolder(t), "report.html"));
  const hostile = madeStudy(60, HOSTILE_NAMES.length, HOSTILE_NAMES);
  for (const study of [hostile, example("noisy-quadratic")]) {
    writeFileSync(file, report(toReport(study)));
    const grounds: string[] = [];
    for (const [colorScheme, width] of [
      ["light", 1200],
      ["dark", 380],
    ] as const) {
      const page = await browser.newPage({
        offline: true,
        colorScheme,
        viewport: { width, height: 800 },
      });
      const { said, requests } = heardOf(page);
      await page.goto(file.href);
      t.deepEqual(said, []);
      t.deepEqual(requests, [file.href], "the file alone is read");
      t.true((await page.locator("svg").count()) >= 3);
      const [ground, scrolled] = await page.evaluate<[string, number]>(
        "[getComputedStyle(document.querySelector('svg rect')).fill, document.documentElement.scrollWidth]",
      );
      grounds.push(ground);
      t.true(scrolled <= width, `${scrolled} pixels wide`);
      await page.close();
      const look = {
        offline: true,
        colorScheme,
        viewport: { width, height: 800 },
        bypassCSP: true,
      };
      const looked = await browser.newPage(look);
      await looked.goto(file.href);
      t.deepEqual(await axeFaults(looked), []);
      await looked.close();
    }
    t.deepEqual(grounds, ["rgb(255, 255, 255)", "rgb(20, 23, 28)"]);
  }
});
