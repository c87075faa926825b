import test from "ava";
import { hyperband } from "./index.ts";
import { stopsOf } from "./testing/stops-of.ts";
import { decide, finished, running } from "./testing/trials.ts";

// Trial i reports at step k + 1. The stops are optuna 5.0.0's in a study of that name.
const curves = Array.from({ length: 24 }, (_, i) =>
  Array.from(
    { length: 27 },
    (_, k) => ((i * 7919 + k * 1049) % 1000) / 1000 + ((i * 37) % 11) / (k + 1),
  ),
);

test("trials fall into the brackets of Optuna's study, and stop where they stop there", (t) => {
  const stops = stopsOf(hyperband({ maxResource: 27, studyName: "bowl" }), { curves });
  // prettier-ignore
  t.deepEqual(stops, [null, null, 9, null, 1, 1, 3, 3, 1, 3, 3, 1, 9, 1, 3, 3, null, 1, 3, 1, 1, null, 9, 3]);
});

test("with auto, the first completed trial gives the brackets", (t) => {
  const stops = stopsOf(hyperband({ studyName: "other" }), { curves });
  // prettier-ignore
  t.deepEqual(stops, [null, null, 1, null, 1, 1, 9, null, 3, null, 1, 27, 1, 3, null, 3, 1, 3, 1, 3, 3, 1, 9, null]);
  t.false(decide(hyperband(), [], running([NaN])), "nothing is known before");
  t.false(decide(hyperband({ minResource: 5 }), [finished([1, 1])], running([1, 1, 1, 1, 1, NaN])));
});

test("without a name, few trials are dealt to the brackets by their shares, too", (t) => {
  const dealt = ({ deal }: ReturnType<ReturnType<typeof hyperband>["init"]>) =>
    Array.from({ length: 49 }, (_, trial) => deal?.(trial));
  const state = hyperband({ maxResource: 50 }).init();
  const [deal, { brackets = [] }] = [dealt(state), state];
  const shares = brackets.map(({ share }) => share);
  t.deepEqual(shares, [27, 12, 6, 4]);
  t.is(state.deal?.(49), deal[0]);
  for (const [b, share] of shares.entries()) {
    let count = 0;
    for (const [i, bracket] of deal.entries()) {
      if (bracket === brackets[b]) count++;
      t.true(Math.abs(count - (share * (i + 1)) / 49) < 2, `bracket ${b} after ${i + 1} trials`);
    }
    t.is(count, share);
  }
  // A strategy that takes turns must not have its turns judged by brackets of their own.
  const even = deal.filter((bracket, i) => i % 2 === 0 && bracket === brackets[0]).length;
  t.true(even >= 10 && even <= 17, `${even} of 27 in even places`);
  const again = hyperband({ maxResource: 50 }).init();
  const places = (of: typeof deal, among = brackets) => of.map((one) => among.indexOf(one!));
  t.deepEqual(places(dealt(again), again.brackets), places(deal));
});

test("the powers of the factor are counted exactly: 3⁵ = 243 makes 6 brackets", (t) => {
  const brackets = (maxResource: number): number =>
    hyperband({ maxResource }).init().brackets?.length ?? 0;
  t.deepEqual([1, 2, 3, 8, 9, 242, 243].map(brackets), [1, 1, 2, 2, 3, 5, 6]);
});

test("running trials compete within their bracket alone", (t) => {
  const pruner = hyperband({ maxResource: 27 });
  const state = pruner.init();
  const isRival = (number: number): boolean =>
    pruner.shouldPrune(state, {
      trial: running([2, 2, 2, 2, 2, 2, 2, 2, 2], 1, 0),
      pending: [running([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1, number)],
    });
  const rivals = Array.from({ length: 60 }, (_, number) => isRival(number + 1));
  t.true(rivals.includes(true));
  t.true(rivals.includes(false));
});

test("options out of their range, or of another name, are refused", (t) => {
  t.throws(() => hyperband({ minResource: 0 }), { message: /minResource=0 must be an integer/ });
  t.throws(() => hyperband({ minResource: 9, maxResource: 3 }), {
    message: /maxResource=3 must be an integer ≥ 9/,
  });
  t.throws(() => hyperband({ reductionFactor: 1.5 }), { message: /reductionFactor=1.5 must be/ });
  t.throws(() => hyperband({ bootstrapCount: 1 }), { message: /needs a maxResource/ });
  t.throws(() => hyperband({ factor: 3 } as object), { message: /no option "factor"/ });
});
