import test from "ava";
import { completed, failedBy, prunedEarly, stillRunning, studyOf } from "../testing/made-trials.ts";
import { historyChart, historyData } from "./history.ts";

const TRIALS = [
  completed(0, 5),
  prunedEarly(1, 7),
  completed(2, 0.5),
  failedBy(3, "diverged"),
  completed(4, 0.1, { constraints: [1] }),
  completed(5, Infinity),
  failedBy(6, "error"),
  completed(7, 2),
  prunedEarly(8),
  stillRunning(9),
];

test("points stand by state, and the best line ends with the last trial", (t) => {
  const { studies } = historyData(studyOf(TRIALS));
  t.deepEqual(studies[0].points, {
    complete: { trials: [0, 2, 7], values: [5, 0.5, 2] },
    pruned: { trials: [1], values: [7] },
    infeasible: { trials: [4], values: [0.1] },
  });
  t.deepEqual(studies[0].without, { diverged: [3, 5], failed: [6], pruned: [8] });
  t.deepEqual(studies[0].best, { trials: [0, 2, 9], values: [5, 0.5, 0.5] });
  t.deepEqual(studies[0].facts, [
    "best 0.5 at trial 2",
    "3 complete, 1 infeasible, 2 pruned, 2 diverged, 1 failed, 1 running",
  ]);
});

test("what is worse lies at the end of the axis that is worse", (t) => {
  for (const direction of ["minimize", "maximize"] as const) {
    const trials = [completed(0, 1), completed(1, 2), failedBy(2, "diverged")];
    const { panels, facts } = historyChart(
      historyData(studyOf(trials, { directions: [direction] })),
    );
    const { scale } = panels[0].y;
    const mark = panels[0].marks.find(({ name }) => name === "diverged");
    t.true(mark?.mark === "dots" && scale.kind === "linear");
    if (mark?.mark !== "dots" || scale.kind !== "linear") return;
    t.deepEqual(mark.y, [direction === "minimize" ? scale.high : scale.low]);
    t.is(facts[0], direction === "minimize" ? "best 1 at trial 0" : "best 2 at trial 1");
  }
});

test("a few values far out do not make a line of the others, and are told", (t) => {
  const good = Array.from({ length: 40 }, (_, i) => completed(i, -1 - i / 100));
  const { panels, facts } = historyChart(historyData(studyOf([...good, completed(40, 1e6)])));
  t.true((panels[0].y.scale as { high: number }).high < 0);
  t.is(facts.at(-1), "1 beyond the axis, drawn at its end");
});

test("several studies have a line each; studies without any value are drawn too", (t) => {
  const other = { ...studyOf([completed(0, 3)]), name: "other" };
  const { panels, facts } = historyChart(historyData(studyOf(TRIALS), { others: [other] }));
  t.deepEqual(
    panels[0].marks.flatMap(({ name }) => name ?? []),
    ["made", "other"],
  );
  t.deepEqual(facts, ["made: best 0.5 at trial 2", "other: best 3 at trial 0"]);
  t.deepEqual(historyChart(historyData(studyOf([]))).facts, ["no best trial yet", "0 trials"]);
});
