import test from "ava";
import { createStudy } from "../index.ts";
import { random } from "../../strategies/index.ts";
import { newStudy, smallSpace, withValues } from "./testing/small-study.ts";

test("of equal trials the first is best, in both directions", async (t) => {
  const low = await withValues(await newStudy(), [3, 1, 1, 2]);
  t.is(low.best.number, 1);
  const high = await withValues(await newStudy({ direction: "maximize" }), [3, 1, 3, 2]);
  t.is(high.best.number, 0);
});

test("a trial that violates a constraint is never best", async (t) => {
  const study = await newStudy();
  for (const [value, constraint] of [
    [0, 1],
    [5, -1],
    [3, -1],
  ]) {
    const trial = (await study.ask())!;
    trial.setConstraints([constraint]);
    await study.tell(trial, value);
  }
  t.is(study.best.values[0], 3);
});

test("best says why there is none", async (t) => {
  const study = await newStudy();
  t.throws(() => study.best, { message: /no complete trial yet \(0 pruned, 0 failed\)/ });
  const trial = (await study.ask())!;
  trial.report(1, 0);
  await study.tell(trial, undefined, { state: "pruned" });
  t.throws(() => study.best, { message: /\(1 pruned/ });
});

test("what is infinitely bad is complete and never best, with one metric as with several", async (t) => {
  const low = await withValues(await newStudy(), [Infinity, Infinity]);
  t.is(low.counts.complete, 2);
  t.deepEqual(low.bestTrials, []);
  t.throws(() => low.best, {
    message: /no best trial: each of its 2 complete trials is infinitely bad/,
  });
  await withValues(low, [7]);
  t.is(low.best.number, 2);
  const high = await withValues(await newStudy({ direction: "maximize" }), [-Infinity]);
  t.deepEqual(high.bestTrials, []);
});

test("several metrics have a front, by name or by place", async (t) => {
  const study = await createStudy({
    name: "two",
    space: smallSpace,
    metrics: { loss: "minimize", accuracy: "maximize" },
    strategy: random(),
  });
  const results = [{ loss: 1, accuracy: 0.5 }, [2, 0.9], { loss: 3, accuracy: 0.8 }, { loss: 1 }];
  await study.optimize(() => results.shift() as unknown as number, { trials: 4, catch: true });
  t.deepEqual(
    study.bestTrials.map((trial) => trial.number),
    [0, 1],
  );
  t.regex(
    (study.trials()[3] as { failure: { message: string } }).failure.message,
    /an object without accuracy/,
  );
  t.throws(() => study.best, { message: /2 metrics and no single best.*bestTrials/ });
});
