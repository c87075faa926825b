import test from "ava";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { plot } from "../plot.ts";
import { HOSTILE_NAMES, madeStudy } from "../testing/hostile.ts";

const bundled = new URL("page.bundle.js", import.meta.url);

test.before(() => {
  // As npm run build does; a test may be run without.
  if (!existsSync(bundled)) execFileSync(process.execPath, [".ci/bundle-plots.js"]);
});

const hostile = () => madeStudy(30, HOSTILE_NAMES.length, HOSTILE_NAMES);

test("a page without a theme has the colours of both, and a page with one its own", (t) => {
  const made = plot(hostile(), "parallel");
  const pages = [undefined, "light", "dark"].map((theme) =>
    made.html({ theme: theme as "light" | "dark" | undefined }),
  );
  const holds = (colour: string) => pages.map((page) => page.includes(`--plot-page:${colour}`));
  t.deepEqual(holds("#ffffff"), [true, true, false]);
  t.deepEqual(holds("#14171c"), [true, false, true]);
});

test("a page holds its picture, its data and its script, and no name becomes markup", (t) => {
  const html = plot(hostile(), "parallel").html({ theme: "dark" });
  t.is(html.match(/<script/g)?.length, 2);
  t.is(html.match(/<\/script/g)?.length, 2);
  t.notRegex(html, /<(img|iframe|link)|<svg onload/);
  const data = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)![1];
  const { chart } = JSON.parse(data) as { chart: { parallel: { axes: { name: string }[] } } };
  t.is(chart.parallel.axes[0].name, HOSTILE_NAMES[0]);
  t.true(html.length < 800_000, `${html.length} bytes`);
});
