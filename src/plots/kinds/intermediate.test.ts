import test from "ava";
import { completed, failedBy, prunedEarly, reports, studyOf } from "../testing/made-trials.ts";
import { curvesData } from "./curves.ts";
import { intermediateChart, intermediateData } from "./intermediate.ts";

const TRIALS = [
  completed(0, 2, { reports: reports(5, 2) }),
  completed(1, 1, { reports: reports(4, 1) }),
  prunedEarly(2, 9, { reports: reports(9) }),
  failedBy(3, "diverged", { reports: reports(8, 50, NaN), params: { lr: 0.9 } }),
  completed(4, 7),
  completed(5, 3, { reports: reports(6, 3), params: { lr: 0.1 } }),
];

test("the best curves are named, others drawn by what became of them", (t) => {
  const data = intermediateData(studyOf(TRIALS), { top: 2 });
  t.deepEqual(
    data.top.map(({ trial, steps, values }) => [trial, steps, values]),
    [
      [1, [1, 2], [4, 1]],
      [0, [1, 2], [5, 2]],
    ],
  );
  t.deepEqual(
    data.complete.map(({ trial }) => trial),
    [5],
  );
  t.deepEqual(
    data.stopped.map(({ trial }) => trial),
    [2, 3],
  );
  t.deepEqual(data.diverged, { trials: [3], steps: [3] });
  const names = intermediateChart(data).panels[0].marks.flatMap(({ name }) => name ?? []);
  t.deepEqual(names, ["stopped early", "complete", "trial 0: 2", "trial 1: 1", "diverged"]);
  t.throws(() => intermediateData(studyOf([completed(0, 1)])), {
    message: /reported anything/,
  });
});

test("a long curve keeps its ends and extremes, and it is said", (t) => {
  const values = Array.from({ length: 30_000 }, (_, i) => (i === 777 ? 1e3 : 1 / (1 + i)));
  const { top, facts } = intermediateData(
    studyOf([completed(0, 1, { reports: reports(...values) })]),
  );
  t.true(top[0].steps.length <= 14_004);
  t.true([1, 778, 30_000].every((step) => top[0].steps.includes(step)));
  t.is(facts.at(-1), "of each curve at most 14000 points drawn");
});

test("curves are coloured by the learning rate, and end in a cross where they diverged", (t) => {
  const { curves, grades, diverged, ramp, facts } = curvesData(studyOf(TRIALS));
  t.deepEqual(
    curves.map(({ trial }) => trial),
    [0, 1, 2, 3, 5],
  );
  t.is(ramp.name, "lr");
  t.true(grades[3] > grades[4] && Number.isNaN(grades[0]));
  t.deepEqual(diverged, { trials: [3], steps: [2], values: [50] });
  t.is(facts[0], "5 curves, 1 of them diverged");
});

test("what trials logged is drawn by its name, even where it is no list of points", (t) => {
  const logged = (points: unknown) => ({ systemAttrs: { "hpo:curves": { norm: points } } });
  const trials = [
    completed(
      0,
      1,
      logged([
        [0, 3],
        [5, Infinity],
      ]),
    ),
    completed(1, 1, logged("none")),
    completed(2, 1, { systemAttrs: { "hpo:curves": null } }),
  ];
  const { curves, diverged } = curvesData(studyOf(trials), { curve: "norm" });
  t.deepEqual(curves, [{ trial: 0, steps: [0], values: [3], brokenAt: 5 }]);
  t.deepEqual(diverged.trials, [0]);
  t.throws(() => curvesData(studyOf(trials), { curve: "normal" }), {
    message: /Did you mean "norm"/,
  });
});
