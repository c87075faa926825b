import test from "ava";
import { analytic } from "../problems/analytic.ts";
import { taskset } from "../problems/taskset.ts";
import { REFERENCE } from "./reference.ts";
import { resultsJson } from "../report/json.ts";
import { htmlReport } from "../report/html.ts";
import { terminalReport } from "../report/terminal.ts";
import type { DetailedResult } from "./run-result.ts";
import { summarize } from "./summary.ts";

const run = (
  strategy: string,
  seed: number,
  regret: readonly number[],
  more: Partial<DetailedResult> = {},
): DetailedResult => ({
  suite: "taskset",
  task: "t",
  strategy,
  seed,
  regret,
  suggestMs: regret.map(() => 2),
  failed: 0,
  failedTrials: [],
  ...more,
});

const results = [
  run(REFERENCE, 0, [1, 0.6, 0.5]),
  run(REFERENCE, 1, [1, 0.6, 0.5]),
  run("good", 0, [0.9, 0.4, 0.1]),
  run("good", 1, [0.5, 0.4, 0.2]),
  run("bad", 0, [1, 0.9, 0.8], { failed: 2, failedTrials: [0, 2], suggestMs: [] }),
  run("bad", 1, [1, 0.7, 0.2], { failed: 1, failedTrials: [1], suggestMs: [] }),
];

test("a summary: regrets, ranks, reach of random search, failures, times, wins", (t) => {
  const { rows, checkpoints, tasks, seeds } = summarize(taskset, results, ["good", "bad"]);
  t.deepEqual(checkpoints, [3]);
  t.deepEqual([tasks, seeds], [["t"], [0, 1]]);
  const [good, bad] = rows;
  t.true(Math.abs(good.regrets[0].value - 0.15) < 1e-12);
  t.is(bad.regrets[0].value, 0.5);
  t.is(good.meanRank, 1.25);
  t.is(bad.meanRank, 1.75);
  t.is(good.trialsToRandom, 1.5);
  t.is(bad.trialsToRandom, Infinity, "half of the runs never got there");
  t.is(good.reachedRandom, 1);
  t.is(bad.reachedRandom, 0.5);
  t.is(bad.failedShare, 0.5);
  t.is(bad.lateFailures, 1.5);
  t.deepEqual(good.suggestMs, { mean: 2, p99: 2 });
  t.is(bad.suggestMs, undefined, "kept curves have no times");
  t.deepEqual(good.duels.bad, { wins: 1, ties: 1, losses: 0 });
  t.deepEqual(bad.duels.good, { wins: 0, ties: 1, losses: 1 });
  t.true(Math.abs(good.medians[0].regret - 0.15) < 1e-12);
});

test("on the log scale, regrets below 1e-4 of random search's count alike", (t) => {
  const logResults = [
    run(REFERENCE, 0, [10]),
    run("a", 0, [1e-3]),
    run("b", 0, [1e-9]),
    run("c", 0, [0]),
  ];
  const { rows } = summarize(analytic, logResults, ["a", "b", "c"]);
  t.deepEqual(
    rows.map(({ regrets }) => Number(regrets[0].value.toFixed(9))),
    [-3, -3, -3],
  );
  t.deepEqual(
    rows.map(({ meanRank }) => meanRank),
    [2, 2, 2],
  );
  t.is(rows[1].medians[0].regret, 1e-9, "medians are as they are");
});

test("the order in which runs come does not matter", (t) => {
  const names = ["good", "bad"];
  t.deepEqual(
    summarize(taskset, [...results].reverse(), names).rows,
    summarize(taskset, results, names).rows,
  );
});

test("the terminal says what is not compared, and why", (t) => {
  const text = terminalReport([summarize(taskset, results, ["good", "bad"])], false);
  t.regex(text, /kept curves/);
  t.regex(text, /run with --time/);
  t.regex(text, /0\.15 \[0\.10, 0\.20\]/);
  t.false(text.includes("\u001b"), "no colours in a pipe");
});

test("the page stands alone, has a curve for each row and a legend, and escapes names", (t) => {
  const odd = results.map((result) => ({ ...result, task: "<t>" }));
  const page = htmlReport([summarize(taskset, odd, ["good", "bad"])], odd, "npm run bench");
  for (const name of ["good", "bad"]) t.regex(page, new RegExp(`<text[^>]*>${name}</text>`));
  t.true(page.includes("&lt;t&gt;") && !page.includes("<t>"));
  t.notRegex(page, /(?:src|href)=/, "nothing is loaded");
  t.false(page.includes("NaN"));
});

test("JSON has the agreed keys and no others", (t) => {
  const [first] = JSON.parse(resultsJson(results.slice(4))) as Record<string, unknown>[];
  t.deepEqual(first, {
    suite: "taskset",
    task: "t",
    strategy: "bad",
    seed: 0,
    regret: [1, 0.9, 0.8],
    suggestMs: [],
    failed: 2,
  });
});
