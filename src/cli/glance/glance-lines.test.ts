import test from "ava";
import { createStudy, float, searchSpace, TrialPruned, type Study } from "../../index.ts";
import { random } from "../../../strategies/index.ts";
import { painted } from "../draw/styled-line.ts";
import { widthOf } from "../draw/width.ts";
import { runningLines, type RunningGlance } from "./glance-lines.ts";
import { importanceNow, importanceWatch } from "./importance-watch.ts";

// A user would miss: how far the study is, what it found and where it diverged, at any width.

const NAMES = [
  "rate",
  "学習率の減衰",
  "a name of many letters, and the last tells it apart 7",
  "\u001b[2Jx",
];

/** Diverges above .9, is pruned above .8. */
async function ranStudy(trials: number): Promise<Study> {
  const space = searchSpace(Object.fromEntries(NAMES.map((name) => [name, float(0, 1)])));
  const study = await createStudy({ name: "study 学習 of some length", space, strategy: random() });
  await study.optimize(
    (trial) => {
      const rate = Number(trial.params["rate"]);
      trial.report(rate, 1);
      if (rate > 0.9) return NaN;
      if (rate > 0.8) throw new TrialPruned();
      return 10 + rate;
    },
    { trials },
  );
  return study;
}

const drawn = (study: Study, options: RunningGlance): string[] =>
  runningLines(study, options).map((line) => painted(line, false));

test("a study at a glance", async (t) => {
  const study = await ranStudy(60);
  const importance = importanceNow(study);
  const lines = drawn(study, {
    columns: 100,
    unicode: true,
    total: 80,
    timeLeft: 61e3,
    importance,
  });
  const { complete, pruned, failed } = study.counts;
  const { best } = study;
  t.is(
    lines[0],
    `study 学習 of some length  ${"█".repeat(18)}▊${"·".repeat(6)}  60/80  1m 1s left`,
  );
  t.true(lines[1].startsWith(`best     ${best.values[0].toPrecision(6)}  trial ${best.number}, ${59 - best.number} ago`)); // prettier-ignore
  t.is(lines[2], `trials   ${complete} complete, ${pruned} pruned, ${failed} diverged`);
  const [levels, marks] = [lines[3].slice(9), lines[4].slice(9)];
  study.finished.forEach((trial, i) => {
    const { state } = trial;
    if (state === "complete") t.regex(levels[i], /[▁-█]/);
    else t.is(levels[i], state === "pruned" ? "·" : " ");
    t.is(marks[i] === "×", state === "failed", `trial ${trial.number}`);
  });
  t.is(levels[best.number], "▁");
  t.regex(lines[5], /^matters {2}rate █{7,8}.? 1?\.\d\d ± \.\d\d {2}/);
  t.is(lines.length, 6);
});

test("no line is wider than the terminal, and in the C locale the glyphs are ASCII", async (t) => {
  const study = await ranStudy(60);
  const importance = importanceNow(study);
  for (let columns = 1; columns <= 200; columns++) {
    for (const unicode of [true, false]) {
      const lines = drawn(study, { columns, unicode, total: 80, timeLeft: 61e3, importance });
      for (const line of lines) t.true(widthOf(line) <= columns, `${columns}: ${line}`);
      const glyphs = lines.join("").replaceAll(/[学習率の減衰]/g, "");
      t.is(/[^ -~]/.test(glyphs), unicode, `${columns}: ${glyphs}`);
      if (columns >= 20) t.is(lines.length, 6);
      if (columns >= 20) t.regex(lines[2], new RegExp(`${study.counts.complete} comp`));
    }
  }
});

test("of a study without trials, with several metrics, or without a total, what there is", async (t) => {
  const none = await createStudy({ name: "s", space: searchSpace({ x: float(0, 1) }) });
  const wide = { columns: 80, unicode: true };
  t.deepEqual(drawn(none, { ...wide, total: 0 }).slice(0, 2), [
    `s  ${"█".repeat(20)}  0/0`,
    "trials   none yet",
  ]);
  t.regex(drawn(none, wide)[2], /^auto {5}takes bayesian: /);
  const two = await createStudy({
    name: "two",
    metrics: { loss: "minimize", speed: "maximize" },
    space: searchSpace({ x: float(0, 1) }),
    strategy: random(),
  });
  await two.optimize(({ params }) => [params.x, params.x], { trials: 3 });
  const lines = drawn(two, wide);
  t.deepEqual(lines.slice(0, 3), [
    "two  3 trials",
    "front    3 trials that no other one beats in every metric",
    "trials   3 complete",
  ]);
  t.regex(lines[3], /^loss {5}[▁-█]{3}$/);
  t.is(importanceNow(two), undefined);
});

test("many trials share columns, and decades are seen beside outliers", async (t) => {
  const study = await createStudy({
    name: "wide",
    space: searchSpace({ x: float(0, 1) }),
    strategy: random(),
  });
  await study.optimize(({ number }) => 10 ** -(number / 50), { trials: 300 });
  const line = drawn(study, { columns: 49, unicode: true }).find((one) => one.startsWith("values"));
  t.is(line?.length, 49);
  t.true(line!.startsWith("values █") && line!.endsWith("▁"));
  t.is(new Set(line!.slice(7)).size, 8, "each decade has its height");
});

test("importance takes two parts in a hundred of the time", async (t) => {
  const study = await ranStudy(40);
  let now = 0;
  let looks = 0;
  // Each reckoning reads the clock at its begin and its end: it takes 100 ms here.
  const clock = (): number => (looks++ % 2 === 0 ? now : (now += 100));
  const watch = importanceWatch(study, clock);
  looks = 0;
  t.truthy(watch.latest(), "the first one is tried");
  looks = 0;
  await study.optimize(({ params }) => Number(params["rate"]), { trials: 40 });
  const known = watch.latest();
  now = 9_000;
  looks = 0;
  t.is(watch.latest(), known, "100 ms were spent, and 9 s are over");
  now = 10_001;
  looks = 0;
  t.not(watch.latest(), known);
});

test("of many trials importance takes some, and says so", async (t) => {
  const space = searchSpace({ x: float(0, 1), y: float(0, 1) });
  const study = await createStudy({ name: "many", space, strategy: random() });
  await study.optimize(({ params }) => params.x, { trials: 610 });
  const importance = importanceNow(study);
  t.is(importance?.trials, 122, "every fifth");
  const lines = drawn(study, { columns: 100, unicode: true, importance });
  t.regex(
    lines.find((line) => line.startsWith("matters"))!,
    /x █+.* of 122 trials$/,
  );
});
