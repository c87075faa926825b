import test from "ava";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { float } from "../../space/parameter.ts";
import { searchSpace } from "../../space/search-space.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { openStudy } from "../../study/open-study.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { random } from "../../../strategies/index.ts";
import { reportStudy } from "./report-study.ts";
import { plotStudy, type PlotCommandOptions } from "./plot-study.ts";

async function stored(t: Parameters<typeof tempFolder>[0], name: string) {
  const folder = await tempFolder(t);
  const url = `sqlite:${join(folder, "hpo.db")}`;
  const storage = await openStorage(url);
  const space = searchSpace({ x: float(0, 1), y: float(0, 1) });
  for (const one of [name, "other"]) {
    const study = await openStudy({ name: one, space, strategy: random() }, { storage });
    await study.optimize(({ params }) => params.x + params.y, { trials: 5 });
  }
  await storage.close();
  const file = (out: string) => join(folder, out);
  const options = (more: Partial<PlotCommandOptions>): PlotCommandOptions => ({
    storage: url,
    ...more,
  });
  return { file, options };
}

test("a study is plotted as SVG and PNG, by the ending of the file", async (t) => {
  const name = `<b>"it's"`;
  const { file, options } = await stored(t, name);
  await plotStudy(name, "history", options({ out: file("a.svg"), with: ["other"], theme: "dark" }));
  const svg = readFileSync(file("a.svg"), "utf8");
  t.regex(svg, /^<svg .*fill="#14171c"/s);
  t.true(svg.includes("&lt;b&gt;&quot;it&#39;s&quot;") && svg.includes("other"));
  await plotStudy(name, "parallel", options({ out: file("b.PNG"), param: ["y"], width: 300 }));
  t.deepEqual(
    [...readFileSync(file("b.PNG")).subarray(1, 4)],
    [..."PNG"].map((c) => c.charCodeAt(0)),
  );
});

test("a study without a declared space is plotted in the space that its trials show", async (t) => {
  const folder = await tempFolder(t);
  const url = `sqlite:${join(folder, "hpo.db")}`;
  const storage = await openStorage(url);
  const study = await openStudy({ name: "free", strategy: random() }, { storage });
  await study.optimize(
    (trial) =>
      trial.suggestFloat("x", 0, 1) +
      trial.suggestFloat("y", 0, 1) +
      (trial.suggestCategorical("kind", ["a", "b"]) === "a" ? 1 : 0),
    { trials: 20 },
  );
  await storage.close();
  for (const [kind, shown] of [
    ["contour", /with the other settings of trial/],
    ["regret", /left to gain/],
    ["branches", />kind</],
  ] as const) {
    const out = join(folder, `${kind}.svg`);
    await plotStudy("free", kind, { storage: url, out });
    t.regex(readFileSync(out, "utf8"), shown, kind);
  }
});

test("a report is written as a page", async (t) => {
  const { file, options } = await stored(t, "made");
  const { storage } = options({});
  await reportStudy("made", { storage, out: file("a.html") });
  t.regex(
    readFileSync(file("a.html"), "utf8"),
    /^<!doctype html>.*5 trials looked for the lowest/s,
  );
  await t.throwsAsync(reportStudy("made", { storage, out: file("a.pdf") }), {
    message: /ends in .html/,
  });
  await t.throwsAsync(reportStudy("maid", { storage }), { message: /Did you mean "made"/ });
  await t.throwsAsync(reportStudy("made", { storage, out: file("b.html"), metric: "loss" }), {
    message: /no metric "loss"/,
  });
  t.false(existsSync(file("b.html")));
});

test("what can't be plotted is said, and leaves no file", async (t) => {
  const { file, options } = await stored(t, "made");
  const fails = async (kind: string, more: Partial<PlotCommandOptions>, message: RegExp) => {
    await t.throwsAsync(plotStudy("made", kind, options(more)), { message });
  };
  const out = file("a.svg");
  await fails("histori", { out }, /Did you mean "history"/);
  await fails("history", { out, with: ["othre"] }, /Did you mean "other"/);
  await fails("history", { out, param: ["x"] }, /no option "params"/);
  await fails("history", { out, metric: ["value", "x"] }, /shows one metric/);
  await fails("pareto", { out, metric: ["value"] }, /needs two metrics, and one was named/);
  await fails("parallel", { out, param: ["z"] }, /no parameter "z"/);
  await fails("history", { out: file("a.gif") }, /ends in .svg, .png or .html/);
  await fails("history", { out: file("no/a.svg") }, /can't be written: ENOENT/);
  t.false(existsSync(out));
});
