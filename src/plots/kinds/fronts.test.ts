import test from "ava";
import { completed, failedBy, stillRunning, studyOf } from "../testing/made-trials.ts";
import { edfChart, edfData } from "./edf.ts";
import { hypervolumeData } from "./hypervolume.ts";
import { parallelData } from "./parallel.ts";
import { paretoChart, paretoData } from "./pareto.ts";
import { rankData } from "./rank.ts";

const two = { directions: ["minimize", "maximize"] } as const;
const TRIALS = [
  completed(0, [4, 4]),
  completed(1, [2, 2]),
  completed(2, [3, 1]),
  completed(3, [0, 9], { constraints: [1] }),
  failedBy(4, "diverged"),
  completed(5, [1, 1]),
  completed(6, [1, Infinity]),
];

test("the front holds what no other feasible trial beats, each metric in its own sense", (t) => {
  const data = paretoData(studyOf(TRIALS, two));
  t.deepEqual(data.front, {
    trials: [0, 1, 5],
    values: [
      [4, 4],
      [2, 2],
      [1, 1],
    ],
  });
  t.deepEqual(data.dominated.trials, [2]);
  t.deepEqual(data.infeasible.trials, [3]);
  t.is(data.facts[0], "3 of 4 feasible trials are beaten by no other");
  const line = paretoChart(data).panels[0].marks.find(({ mark }) => mark === "lines");
  t.deepEqual(line?.mark === "lines" && line.lines, [{ x: [1, 2, 4], y: [1, 2, 4] }]);
  t.throws(() => paretoData(studyOf([completed(0, 1)])), { message: /has one. See "history"/ });
});

test("three metrics are shown in pairs, chosen ones alone", (t) => {
  const study = studyOf([completed(0, [1, 2, 3]), completed(1, [2, 1, 3])], {
    directions: ["minimize", "minimize", "minimize"],
  });
  t.is(paretoChart(paretoData(study)).panels.length, 3);
  const chosen = paretoChart(paretoData(study, { metrics: ["value 2", "value 0"] })).panels;
  t.deepEqual(
    chosen.map(({ x }) => x.name),
    ["value 2 (smaller is better)"],
  );
});

test("the hypervolume is the share of the box that the front beats, and never falls", (t) => {
  const trials = [
    completed(0, [0, 4]),
    completed(1, [4, 0]),
    completed(2, [2, 2]),
    completed(3, [3, 3]),
  ];
  const study = studyOf(trials, { directions: ["minimize", "minimize"] });
  const { reference, studies } = hypervolumeData(study);
  t.deepEqual(reference, [4, 4]);
  t.deepEqual(studies[0].trials, [0, 1, 2, 3]);
  t.deepEqual(studies[0].volumes, [0, 0, 0.25, 0.25]);
  t.throws(() => hypervolumeData(study, { others: [studyOf(trials, two)] }), {
    message: /differ in their metrics/,
  });
});

test("a distribution counts complete, feasible trials from the best on", (t) => {
  const trials = [
    completed(0, 3),
    completed(1, 1),
    completed(2, 2, { constraints: [5] }),
    failedBy(3, "error"),
    completed(4, 1),
  ];
  const { studies } = edfData(studyOf(trials));
  t.like(studies[0], { values: [1, 1, 3], shares: [1 / 3, 2 / 3, 1], count: 3, median: 1 });
  const best = edfData(studyOf(trials, { directions: ["maximize"] })).studies[0];
  t.deepEqual(best.values, [3, 1, 1]);
  const [mark] = edfChart(edfData(studyOf(trials))).panels[0].marks;
  t.deepEqual(mark.mark === "lines" && mark.lines[0], { x: [1, 1, 1, 3], y: [0, 1 / 3, 2 / 3, 1] });
  t.throws(() => edfData(studyOf([])), { message: /no complete trial/ });
});

test("where no trial has a finite value, that is said, and that there are trials", (t) => {
  const endless = [0, 1].map((x) => completed(x, Infinity, { params: { x } }));
  const unfinished = [0, 1].map((x) => stillRunning(x, { params: { x } }));
  const says = (metrics: string, count: string) => ({
    message: `Study "made" has ${count}, and none that is feasible with a finite value of ${metrics}. See "slice" for where they lie, and run more.`,
  });
  for (const data of [edfData, rankData, parallelData]) {
    t.throws(() => data(studyOf(endless)), says('"value"', "2 complete trials"));
    t.throws(() => data(studyOf(unfinished)), {
      message: /has no complete trial yet\. Run some first/,
    });
  }
  t.throws(
    () => paretoData(studyOf([completed(0, [1, Infinity])], two)),
    says('"value 0" and "value 1"', "1 complete trial"),
  );
});
