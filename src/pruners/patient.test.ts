import test from "ava";
import { median, patient } from "./index.ts";
import { decide, finished, running } from "./testing/trials.ts";

test("the wrapped pruner is asked once patience has run out", (t) => {
  const eager = median({ startupTrials: 1 });
  const pruner = patient({ pruner: eager, patience: 2 });
  const history = [finished([0, 0, 0, 0, 0])];
  t.true(decide(eager, history, running([1, 2, 2])));
  t.false(decide(pruner, history, running([1, 2, 2])), "2 reports without improvement");
  t.true(decide(pruner, history, running([1, 2, 2, 2])));
  t.false(decide(pruner, history, running([3, 2, 1, 0.9])), "it improves");
  t.false(decide(pruner, [finished([9, 9, 9, 9])], running([1, 2, 2, 2])), "it is the best");
});

test("alone it stops what doesn't improve by minDelta, whatever is NaN", (t) => {
  const pruner = patient({ patience: 0, minDelta: 0.5 });
  t.true(decide(pruner, [], running([1, 1.6])));
  t.false(decide(pruner, [], running([1, 1.5])));
  t.true(decide(pruner, [], running([1, NaN, 2])));
  t.false(decide(pruner, [], running([NaN, NaN, 2])));
  t.false(decide(pruner, [], running([1, 1, NaN])));
  t.false(decide(pruner, [], running([])));
});

test("options out of their range, or of another name, are refused", (t) => {
  t.throws(() => patient({ patience: -1 }), { message: /patience=-1 must be an integer/ });
  t.throws(() => patient({ patience: 1, minDelta: -1 }), {
    message: /minDelta=-1 must be a number/,
  });
  t.throws(() => patient({} as { patience: number }), { message: /patience is missing\. Say/ });
  const slip = { patience: 1, delta: 1 };
  t.throws(() => patient(slip), { message: /no option "delta"/ });
});
