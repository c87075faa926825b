import test from "ava";
import { completed, prunedEarly, stillRunning, studyOf } from "../testing/made-trials.ts";
import { timelineData } from "./timeline.ts";

const at = (from: number, to: number, device?: string) => ({
  startedAt: new Date(1e12 + from),
  completedAt: new Date(1e12 + to),
  device,
});

test("trials stand on their device; those without one on the first lane that is free", (t) => {
  const trials = [
    completed(0, 1, at(0, 100)),
    prunedEarly(1, 1, at(50, 80)),
    completed(2, 1, at(100, 150)),
    completed(3, 1, at(0, 100, "cuda:1")),
    completed(4, 1, at(0, 40, "cuda:0")),
  ];
  const { lanes, spans, facts } = timelineData(studyOf(trials));
  t.deepEqual(lanes, ["cuda:0", "cuda:1", "worker 1", "worker 2"]);
  t.deepEqual(Object.fromEntries(spans.map(({ trial, lane }) => [trial, lane])), {
    0: 2,
    1: 3,
    2: 2,
    3: 1,
    4: 0,
  });
  t.is(facts[0], "150 ms, of which 4 lanes were busy 53 %");
});

test("a long pause is cut out of the axis and told; running trials last to what is known", (t) => {
  const trials = [
    completed(0, 1, at(0, 1000)),
    completed(1, 1, at(90_000, 91_000)),
    stillRunning(2, { startedAt: new Date(1e12 + 90_500) }),
  ];
  const { spans, length, pauses } = timelineData(studyOf(trials));
  t.is(length, 2020);
  t.deepEqual(pauses, [{ at: 1010, ms: 89_000 }]);
  t.deepEqual(
    spans.map(({ from, to }) => [from, to]),
    [
      [0, 1000],
      [1020, 2020],
      [1520, 2020],
    ],
  );
  t.throws(() => timelineData(studyOf([completed(0, 1)])), { message: /a start and an end/ });
});
