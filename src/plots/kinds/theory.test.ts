import test from "ava";
import { float, int } from "../../space/parameter.ts";
import { searchSpace } from "../../space/search-space.ts";
import { completed, failedBy, prunedEarly, studyOf } from "../testing/made-trials.ts";
import { example } from "../testing/examples.ts";
import { edgeData } from "./edge.ts";
import { scaleData } from "./scale.ts";

test("the law of the best rates is found again, and what diverged is no part of it", (t) => {
  const space = searchSpace({
    lr: float(1e-4, 10, { log: true }),
    batchSize: int(8, 512, { log: true }),
  });
  let number = 0;
  const trials = [8, 32, 128, 512].flatMap((batchSize) =>
    [-2, -1, 0, 1, 2].map((off) => {
      const lr = (0.4 / (1 + 64 / batchSize)) * 2 ** off;
      return completed(number++, 1 + off * off, { params: { lr, batchSize } });
    }),
  );
  const more = [
    failedBy(number, "diverged", { params: { lr: 9, batchSize: 8 } }),
    prunedEarly(number + 1, 3, { params: { lr: 0.1, batchSize: 8 } }),
    failedBy(number + 2, "error", { params: { lr: 0.1, batchSize: 8 } }),
  ];
  const data = scaleData(studyOf([...trials, ...more], { space }));
  t.deepEqual([data.diverged.trials, data.pruned.trials], [[number], [number + 1]]);
  t.is(data.complete.trials.length, 20);
  const middle = data.law.batch.findIndex((batch) => batch >= 64);
  t.true(
    Math.abs(Math.log(data.law.rate[middle] / (0.4 / (1 + 64 / data.law.batch[middle])))) < 0.2,
  );
  t.true(
    data.law.low[middle] < data.law.rate[middle] && data.law.rate[middle] < data.law.high[middle],
  );
  t.throws(() => scaleData(studyOf(trials), { params: ["lr"] }), {
    message: /takes two parameters/,
  });
  t.throws(() => scaleData(studyOf([completed(0, 1, { params: { a: 1 } })])), {
    message: /usual name of the learning rate/,
  });
});

test("trainings at the edge of stability are shown beside 2/η", (t) => {
  const { trials } = edgeData(example("network"));
  t.is(trials.length, 4);
  for (const { learningRate, sharpness, edge } of trials) {
    t.true(edge.every((at) => Math.abs(at * learningRate - 2) < 1e-9));
    const ratio = sharpness.values.at(-1)! / edge.at(-1)!;
    t.true(ratio > 0.39 && ratio < 2.5, `${ratio}`);
  }
  t.deepEqual(
    edgeData(example("network"), { trials: [17] }).trials.map(({ trial }) => trial),
    [17],
  );
  t.throws(() => edgeData(example("network"), { trials: [99] }), { message: /Trial 99/ });
  t.throws(() => edgeData(example("branches")), { message: /logged "sharpness"/ });
});

test("a learning rate that was logged counts at each step, not the parameter", (t) => {
  const curves = {
    sharpness: [
      [0, 1],
      [10, 2],
      [20, 3],
    ],
    lr: [
      [0, 1],
      [10, 0.5],
    ],
  };
  const trial = completed(0, 1, { params: { lr: 7 }, systemAttrs: { "hpo:curves": curves } });
  t.deepEqual(edgeData(studyOf([trial])).trials[0].edge, [2, 4, 4]);
});
