import test from "ava";
import { categorical, float } from "../../space/parameter.ts";
import { searchSpace } from "../../space/search-space.ts";
import { completed, failedBy, prunedEarly, studyOf } from "../testing/made-trials.ts";
import { sliceChart, sliceData } from "./slice.ts";

const space = searchSpace({
  lr: float(1e-3, 1, { log: true }),
  act: categorical(["relu", "tanh"]),
});
const TRIALS = [
  completed(0, 3, { params: { lr: 0.1, act: "tanh" } }),
  completed(1, 1, { params: { lr: 0.01 } }),
  prunedEarly(2, 5, { params: { lr: 0.5, act: "relu" } }),
  failedBy(3, "diverged", { params: { lr: 1, act: "relu" } }),
  failedBy(4, "error", { params: { lr: 1, act: "relu" } }),
];

test("each parameter has a panel with the trials that have it; what failed by chance is left out", (t) => {
  const data = sliceData(studyOf(TRIALS, { space }));
  t.deepEqual(data.complete, {
    trials: [0, 1],
    values: [3, 1],
    at: [
      [0.1, 0.01],
      [1, null],
    ],
  });
  t.deepEqual(data.pruned, { trials: [2], values: [5], at: [[0.5], [0]] });
  t.deepEqual(data.best, { trials: [1], values: [1], at: [[0.01], [null]] });
  t.is(data.diverged.trials[0], 3);
  t.is(data.diverged.values[0], (data.scale as { high: number }).high);
  const { panels } = sliceChart(data);
  t.deepEqual(
    panels.map(({ x }) => x.scale.kind),
    ["log", "category"],
  );
  t.deepEqual(
    panels.map(({ y }) => y.bare),
    [false, true],
  );
  const [best] = panels[1].marks.filter(({ name }) => name === "best");
  t.deepEqual(best.mark === "dots" && best.x, [], "the best trial has no act");
});

test("too many trials are thinned for all parameters alike, and it is said", (t) => {
  const many = Array.from({ length: 9000 }, (_, i) =>
    completed(i, i % 1000, { params: { lr: (1 + i) / 9001, act: "relu" } }),
  );
  const { complete: drawn, facts } = sliceData(studyOf(many, { space }), { params: ["lr", "act"] });
  t.true(drawn.trials.length < 6000 && drawn.trials.length > 4000);
  t.true(drawn.trials.includes(0) && drawn.trials.includes(8999), "the ends of lr");
  t.is(
    facts.at(-1),
    `${drawn.trials.length} of 9000 trials drawn: the best tenth, extremes, the rest evenly`,
  );
});
