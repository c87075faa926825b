import test from "ava";
import type { Observation } from "../../src/contracts/strategy.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import { failed, type Ending } from "../../src/testing/strategy-scenarios.ts";
import { addRow, emptyRowHistory, isRowFeasible, isSuperseded, pendingCurve } from "./history.ts";

const space = searchSpace({ x: float(0, 1) });
const reports = (...pairs: readonly (readonly [step: number, value: number])[]) =>
  pairs.map(([step, value]) => ({ step, value }));
const pruned = (value: number, ...pairs: readonly (readonly [number, number])[]): Ending => ({
  outcome: "pruned",
  values: [value],
  reports: reports(...pairs),
});
const complete = (value: number, more: Partial<Ending> = {}): Ending => ({
  ...{ outcome: "complete", values: [value], reports: [] },
  ...more,
});
/** The history of trials with these ends, at x = 0.1, 0.2, … */
function historyOf(...endings: readonly (Ending & Partial<Observation>)[]) {
  const history = emptyRowHistory();
  endings.forEach((ending, i) =>
    addRow(history, space, { number: i, params: { x: (i + 1) / 10 }, ...ending }),
  );
  return history;
}

test("a row is left by what says something of the parameters, and by nothing else", (t) => {
  const { rows, points, tried, erred, outcomes } = historyOf(
    complete(3),
    failed("diverged"),
    failed("outOfMemory"),
    failed("lost"),
    failed("error"),
    { outcome: "pruned", values: [], reports: [] },
    complete(Infinity, { constraints: [1] }),
    complete(-Infinity),
    { ...complete(1), params: { x: 7 } },
  );
  t.deepEqual(
    rows.map(({ values, constraints }) => [values, constraints]),
    [[[3], undefined], [undefined, undefined], [undefined, undefined], [undefined, [1]], [[-Infinity], undefined]], // prettier-ignore
  );
  t.is(points.length, 8, "what lies outside leaves nothing");
  t.is(tried.size, 6, "a lost one and one that erred may be tried again");
  t.is(erred.size, 1);
  t.deepEqual(outcomes.map(({ erred }) => erred), [false, false, false, true, false, false]); // prettier-ignore
  t.deepEqual(rows.map(isRowFeasible), [true, false, false, false, true]);
  const constrained = (...constraints: number[]) =>
    isRowFeasible(historyOf(complete(1, { constraints })).rows[0]);
  t.deepEqual([constrained(0, -1), constrained(0, 0.1), constrained(NaN)], [true, false, false]); // prettier-ignore
});

test("a curve is that of the whole training, of finite values, and has an end where it was not stopped", (t) => {
  const { rows } = historyOf(
    pruned(5, [1, 9], [3, 5]),
    { ...pruned(4, [4, NaN], [5, 4]), continueFrom: 0 },
    { ...complete(2, { reports: reports([6, 3], [7, 2]) }), continueFrom: 1 },
    pruned(1),
    complete(6, { reports: reports([1, 7]) }),
    { ...pruned(8, [2, 8]), continueFrom: 0 },
  );
  const whole = { steps: [1, 3, 5], values: [9, 5, 4] };
  t.deepEqual(
    rows.map(({ curve }) => curve),
    [
      { steps: [1, 3], values: [9, 5] },
      whole,
      { steps: [...whole.steps, 6, 7], values: [...whole.values, 3, 2], final: 2 },
      { steps: [], values: [], final: 1 },
      { steps: [1], values: [7], final: 6 },
      { steps: [1, 2], values: [9, 8] },
    ],
  );
  t.deepEqual(rows.map((row) => [1, 2, 3, 6].map((n) => isSuperseded(row, n)).indexOf(true)), [3, 2, -1, -1, -1, -1]); // prettier-ignore
});

test("a trial under way has the curve of what it goes on from, once it reports", (t) => {
  const history = historyOf(complete(1), pruned(5, [1, 9], [3, 5]));
  const curve = (continueFrom: number | undefined, ...pairs: [number, number][]) =>
    pendingCurve(history, { number: 9, params: {}, reports: reports(...pairs), continueFrom });
  t.deepEqual(curve(1), { steps: [], values: [] });
  t.deepEqual(curve(1, [4, 3]), { steps: [1, 3, 4], values: [9, 5, 3] });
  t.deepEqual(curve(1, [2, 3]), { steps: [1, 2], values: [9, 3] }, "afresh from there");
  t.deepEqual(curve(1, [4, Infinity]), { steps: [1, 3], values: [9, 5] });
  for (const other of [undefined, 0, 7])
    t.deepEqual(curve(other, [4, 3]), { steps: [4], values: [3] });
});
