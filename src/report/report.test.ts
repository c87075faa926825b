import test from "ava";
import { HOSTILE_NAMES, madeStudy } from "../plots/testing/hostile.ts";
import { example, EXAMPLES } from "../plots/testing/examples.ts";
import {
  completed,
  failedBy,
  prunedEarly,
  stillRunning,
  studyOf,
} from "../plots/testing/made-trials.ts";
import { float, int } from "../space/parameter.ts";
import { searchSpace } from "../space/search-space.ts";
import { report } from "./report.ts";
import { toReport } from "./testing/to-report.ts";

const textOf = (html: string): string =>
  html.replaceAll(/<(style|svg)[^>]*>.*?<\/\1>/gs, " ").replaceAll(/<[^>]*>/g, " ");

test("every example study has a report of all its parts, the same to the byte each time", (t) => {
  for (const name of EXAMPLES) {
    const study = toReport(example(name));
    const html = report(study);
    if (name === "network" || name === "logistic") t.is(html, report(study));
    const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    t.is(titles.length, 7);
    t.true(html.length > 20_000 && html.length < 200_000, `${name}: ${html.length} bytes`);
    t.notRegex(textOf(html), /NaN|undefined|Infinity|\[object/);
  }
});

test("it says what was found: the best, how far apart the best are, and when it was found", (t) => {
  const values = Array.from({ length: 20 }, (_, i) => 2 - 1 / (1 + Math.abs(i - 7)));
  const trials = values.map((value, i) => completed(i, value, { params: { x: i / 19 } }));
  const text = textOf(report(toReport(studyOf(trials))));
  t.regex(text, /The best value is 1, of trial 7, among 20 complete trials/);
  t.regex(text, /The best 10 lie between 1 and 1\.83, 83 % apart/);
  t.regex(text, /8 trials had ended when it was found; the 12 since brought nothing better/);
});

test("hostile names stay text, nothing is a script, and nothing is loaded", (t) => {
  const html = report(toReport(madeStudy(60, HOSTILE_NAMES.length, HOSTILE_NAMES)));
  t.notRegex(html, /<(script|img|iframe|link|image|foreignObject)|<svg onload|javascript:/i);
  const tags = html
    .replaceAll(/>[^<]*</g, "><")
    .replaceAll(/(?<!(?:style|clip-path)=)"[^"]*"/g, '""');
  t.notRegex(tags, /\s(href|src|on\w+)=|@import|url\((?!#)/);
  t.true(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  t.is(new Set(ids).size, ids.length, "a clip path has a name of its own");
});

test("1,000 trials of 10 parameters fit into 2 MB", (t) => {
  const html = report(toReport(madeStudy(1000, 10)));
  t.true(html.length < 2_000_000, `${html.length} bytes`);
});

test("a study of several metrics shows its front; one without trials says so", (t) => {
  const sizes = textOf(report(toReport(example("size"))));
  t.regex(sizes, /41 trials are the front: .*The table shows 12 of them, by error/s);
  const none = textOf(report(toReport(studyOf([]))));
  t.regex(none, /there is no best/);
  t.regex(none, /Nobody kept when the trials began/);
});

test("whatever a study holds, it has a report", (t) => {
  const branches = searchSpace({ size: int(1, 9), more: float(0, 1).when("size", { gte: 5 }) });
  const one = (value: number, x = 0.5, more = {}) =>
    completed(0, value, { params: { x }, ...more });
  const studies = [
    studyOf([one(1)]),
    studyOf([failedBy(0, "diverged"), failedBy(1, "outOfMemory"), failedBy(2, "error")]),
    studyOf(Array.from({ length: 40 }, (_, i) => completed(i, 1, { params: { x: i / 40 } }))),
    studyOf(Array.from({ length: 40 }, (_, i) => completed(i, i, { params: { x: 0.5 } }))),
    studyOf(
      Array.from({ length: 40 }, (_, i) => completed(i, -i, { params: { x: i / 40 } })),
      { directions: ["maximize"] },
    ),
    studyOf(
      Array.from({ length: 40 }, (_, i) =>
        completed(i, i, { params: { size: 1 + (i % 9), ...(i % 9 >= 4 && { more: 0.5 }) } }),
      ),
      { space: branches },
    ),
    studyOf([
      one(Infinity),
      completed(1, -Infinity, { params: { x: 1 } }),
      stillRunning(2),
      prunedEarly(3),
    ]),
    studyOf(
      Array.from({ length: 9 }, (_, i) =>
        completed(i, i, { params: { x: i / 9 }, constraints: [1] }),
      ),
    ),
    studyOf(
      Array.from({ length: 30 }, (_, i) => completed(i, i, { params: { [`lr${i}`]: i } })),
      { space: searchSpace({}) },
    ),
    studyOf(
      Array.from({ length: 30 }, (_, i) => completed(i, [i, -i], { params: { x: i / 30 } })),
      { directions: ["minimize", "minimize"] },
    ),
    ...[
      [1, 2],
      [1, Infinity],
      [Infinity, -Infinity],
    ].map((values) =>
      studyOf([completed(0, values, { params: { x: 0.5 } })], {
        directions: ["minimize", "minimize"],
      }),
    ),
    studyOf(
      Array.from({ length: 3 }, (_, i) => completed(i, [i, 1], { params: { x: i / 3 } })),
      { directions: ["minimize", "minimize"] },
    ),
  ];
  for (const study of studies) {
    const text = textOf(report(toReport(study)));
    t.notRegex(text, /NaN|undefined|\[object/);
    t.regex(text, /What to try next/);
  }
});

const space = searchSpace({
  lr: float(1e-4, 1, { log: true }),
  width: int(8, 512, { log: true }),
  idle: float(0, 1),
});
/** Spread evenly over the space by multiples of irrational numbers. */
const spread = (count: number, valueOf: (u: number, v: number, w: number) => number | "diverged") =>
  Array.from({ length: count }, (_, i) => {
    const [u, v, w] = [0.618, 0.4142, 0.7321].map((step) => (step * (i + 1)) % 1);
    const params = { lr: 10 ** (4 * u - 4), width: Math.round(8 * 64 ** v), idle: w };
    const value = valueOf(u, v, w);
    return value === "diverged" ? failedBy(i, value, { params }) : completed(i, value, { params });
  });

const adviceOf = (trials: ReturnType<typeof spread>): string =>
  textOf(report(toReport(studyOf(trials, { space })))).split("What to try next")[1];

test("a range at whose end the best lie is to go on, and a larger rate to be tried", (t) => {
  const advice = adviceOf(spread(60, (u, v) => 2 - u + 0.05 * v));
  t.regex(advice, /lr: the best trial has 0\.\d+, at the upper end of the range/);
  t.regex(advice, /Search on to about 10\./);
  t.regex(advice, /lr: no trial diverged, and the best rate/);
  t.notRegex(advice, /idle: the best trial|width: the best trial/);
});

test("where trials diverge is found, told and to be left out", (t) => {
  const trials = spread(80, (u, v) => (u > 0.75 ? "diverged" : 1 + (u - 0.5) * (u - 0.5) + v));
  const text = textOf(report(toReport(studyOf(trials, { space }))));
  t.regex(text, /All \d+ had lr ≥ 0\.1\d*, where 100 % of the trials ended so; elsewhere 0 %/);
  t.regex(adviceOf(trials), /Leave out lr ≥ 0\.1/);
  t.notRegex(adviceOf(trials), /Try larger rates/);
});

test("a parameter that does nothing is to be fixed, one that does something is not", (t) => {
  const advice = adviceOf(spread(150, (u, v) => 1 + 2 * u + v));
  t.regex(advice, /idle: no effect is seen/);
  t.notRegex(advice, /(lr|width)[^.]*no effect/);
});

test("the next halving follows the pace of the best", (t) => {
  // The best after n trials is 1/n: twice as many trials halve it.
  const falling = Array.from({ length: 64 }, (_, i) =>
    completed(i, 1 / (i + 1), { params: { lr: 0.1, width: 16, idle: 0.5 } }),
  );
  t.regex(adviceOf(falling), /trials\^−1\), the next halving of value takes about 64 more trials/);
  const flat = falling.map((trial, i) =>
    completed(i, 1 + 1e-6 / (i + 1), { params: trial.params }),
  );
  t.regex(adviceOf(flat), /More trials in this space will not do/);
});
