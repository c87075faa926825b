import test, { type ExecutionContext } from "ava";
import { join } from "node:path";
import {
  createStudy,
  float,
  HpoError,
  loadStudy,
  openStorage,
  openStudy,
  replay,
  searchSpace,
  strategyOf,
  type Params,
  type Strategy,
  type Study,
} from "../../index.ts";
import { thisProcess } from "../../system/process-identity.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { median } from "../../pruners/index.ts";
import { random, tpe } from "../../../strategies/index.ts";
import { engineOf } from "../study-internals.ts";

const space = searchSpace({ x: float(-1, 1), y: float(-1, 1) });
const definition = { name: "s", space, strategy: tpe({ startTrials: 3 }) };
const bowl = ({ params }: { readonly params: Params }): number =>
  (params["x"] as number) ** 2 + (params["y"] as number) ** 2;

const failsWith = (message: RegExp) => ({ instanceOf: HpoError, message });

test("an excluded trial is neither best nor heard of, until it is included again", async (t) => {
  const study = await createStudy(definition);
  await study.optimize(bowl, { trials: 8 });
  const { number, values } = study.best;
  await study.exclude(number);
  t.not(study.best.number, number);
  t.true(study.best.values[0] > values[0]);
  t.like(study.trials()[number], { state: "complete", excluded: true });
  t.is(study.finished.length, 8);
  await study.include(number);
  t.is(study.best.number, number);
  t.false("excluded" in study.trials()[number]);
});

test("suggestions are as if an excluded trial had never been", async (t) => {
  const values = [3, 1, 4, 1.5, 9, 2.6];
  const told = async (left: readonly number[]): Promise<Study> => {
    const study = await createStudy(definition);
    const points = values.map((value) => ({ params: { x: value / 10, y: -value / 10 }, value }));
    await study.addTrials(
      points
        .filter((_, index) => left.includes(index))
        .map(({ params, value }) => ({ params, result: value })),
    );
    return study;
  };
  const without = await told([0, 2, 3, 5]);
  const study = await told([0, 1, 2, 3, 4, 5]);
  await study.exclude(4);
  await study.exclude(1);
  const suggestion = async (of: Study, skipped: number) => {
    // The same number, from which the random generator is made.
    for (let i = 0; i < skipped; i++) await of.ask();
    return (await of.ask())!;
  };
  const [a, b] = [await suggestion(study, 0), await suggestion(without, 2)];
  t.is(a.number, b.number);
  await study.include(1);
  const again = (await study.ask())!;
  t.notDeepEqual(again.params, a.params);
  t.true((await replay(study, strategyOf)).every(({ same }) => same));
});

test("what was excluded when holds for other processes, a resumed study and replay", async (t) => {
  /** Runs six trials, makes a change, runs four, makes another change, runs four. */
  const search = async (reopen: (study: Study) => Promise<Study>, first: Study) => {
    let study = first;
    const steps = [
      () => study.optimize(bowl, { trials: 6 }),
      () => study.exclude(2),
      () => study.optimize(bowl, { trials: 4 }),
      () => study.include(2),
      () => study.exclude(0),
      () => study.optimize(bowl, { trials: 4 }),
    ];
    for (const step of steps) {
      await step();
      study = await reopen(study);
    }
    return study;
  };
  const whole = await search(async (study) => study, await createStudy(definition));
  const path = join(await tempFolder(t), "hpo.db");
  const open = async (): Promise<Study> => {
    const storage = await openStorage(path, { synchronous: "normal" });
    return openStudy(definition, { storage });
  };
  const other = await open();
  const torn = await search(
    async (study) => {
      await study.storage.close();
      return open();
    },
    await open(),
  );
  t.teardown(() => torn.storage.close());
  t.teardown(() => other.storage.close());
  await torn.refresh();
  const params = (study: Study) => study.trials().map((trial) => trial.params);
  t.deepEqual(params(torn), params(whole));
  for (const study of [whole, torn]) {
    t.true((await replay(study, strategyOf)).every(({ same }) => same));
  }
  const next = (await other.ask())!;
  t.deepEqual(next.params, (await whole.ask())!.params, "one that was open all the time knows");
  t.is(next.number, 14);
});

test("a pruner does not compare with an excluded trial", async (t) => {
  const study = await createStudy({ ...definition, pruner: median({ startupTrials: 1 }) });
  await study.addTrials([{ params: { x: 0, y: 0 }, result: 0, reports: [{ step: 1, value: 0 }] }]);
  const trial = (await study.ask())!;
  trial.report(1, 1);
  t.true(trial.shouldPrune());
  await study.exclude(0);
  t.false(trial.shouldPrune());
});

test("only finished trials are excluded, only queued ones cancelled", async (t) => {
  const study = await createStudy({ ...definition, strategy: random() });
  const trial = (await study.ask())!;
  await study.enqueue({ x: 0 });
  await t.throwsAsync(study.exclude(0), failsWith(/trial 0 is running.*Wait for its end/));
  await t.throwsAsync(study.exclude(1), failsWith(/trial 1 is waiting.*cancel/));
  await t.throwsAsync(study.cancel(0), failsWith(/trial 0 is running; only a queued one/));
  await t.throwsAsync(study.exclude(7), failsWith(/no trial 7\. Its trials are 0 to 1/));
  await study.tell(trial, 1);
  await t.throwsAsync(study.cancel(0), failsWith(/trial 0 is complete.*exclude/));
  await study.exclude(0);
  await study.exclude(0);
  t.is(engineOf(study).state.exclusions.length, 1, "once is enough");
});

test("a queued trial that is taken away counts for nothing, and tells the strategy nothing", async (t) => {
  const queue: Params[] = [{ x: 0.5 }, { x: -0.5, y: 0.25 }];
  const study = await createStudy(definition);
  for (const params of queue) await study.enqueue(params);
  await study.cancel(0);
  t.like(study.trials()[0], { state: "failed", failure: { reason: "cancelled" } });
  await study.optimize(bowl, { total: 5 } as object);
  t.is(study.counts.complete, 5, "it is none of the five");
  t.is(study.trials()[1].params["x"], -0.5);
  t.true((await replay(study, strategyOf)).every(({ same }) => same));
  await t.throwsAsync(study.cancel(0), failsWith(/trial 0 is failed/));
});

/** A study whose trial 0 runs in a process that can't be seen and sends no heartbeats. */
async function withStuckTrial(t: ExecutionContext) {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path, { synchronous: "normal" });
  const study = await createStudy(definition, { storage });
  const trial = (await study.ask())!;
  trial.report(1, 0);
  await engineOf(study).state.writer.settle(trial.id);
  const runner = { ...thisProcess(), host: "web-1", pidNamespace: "pid:[7]" };
  await storage.updateTrial(trial.id, { attributes: { system: { "hpo:runner": runner } } });
  const other = await openStorage(path, { synchronous: "normal" });
  t.teardown(() => storage.close());
  t.teardown(() => other.close());
  return { study, trial, other: await loadStudy("s", { storage: other }) };
}

test("a stuck trial is handed back by force, and its process told to stop", async (t) => {
  const { study, trial, other } = await withStuckTrial(t);
  await t.throwsAsync(other.requeue(0), failsWith(/may still run: .*web-1 gave a sign.*--yes/));
  await other.requeue(0, { force: true });
  const again = (await other.ask())!;
  t.deepEqual([again.number, again.params, again.reports], [0, trial.params, []]);
  t.is(again.snapshot().systemAttrs["hpo:attempts"], 0, "that was no fault of its own");
  await study.refresh();
  t.true(trial.signal.aborted);
  again.report(2, 3);
  await other.tell(again, 5);
  t.like(other.trials()[0], { values: [5], reports: [{ step: 3, value: 2 }] });
});

test("a stuck trial is failed by force, and is no evidence", async (t) => {
  const { trial, other } = await withStuckTrial(t);
  await t.throwsAsync(other.fail(0), failsWith(/may still run/));
  await other.fail(0, { force: true, message: "The node burnt down." });
  t.like(other.trials()[0], {
    state: "failed",
    failure: { reason: "lost", message: "The node burnt down." },
  });
  await t.throwsAsync(other.fail(0, { force: true }), failsWith(/trial 0 is failed, not running/));
  await t.throwsAsync(other.requeue(0), failsWith(/trial 0 is failed, not running/));
  t.is(trial.number, 0);
});

test("who asks between exclusions and inclusions is told of each", async (t) => {
  const asked: number[][] = [];
  const strategy: Strategy = {
    ...random(),
    name: "listening",
    init: () => [],
    observe: (state, { number }) => [...(state as number[]), number],
    suggest: (state) => {
      asked.push(state as number[]);
      return { kind: "params", params: { x: 0.1 * asked.length, y: 0 } };
    },
  };
  const study = await createStudy({ name: "both", space: definition.space, strategy });
  await study.addTrials([1, 2, 3].map((result) => ({ params: { x: 0.1, y: 0.1 }, result })));
  await study.ask();
  await study.exclude(0);
  await study.ask();
  await study.exclude(1);
  await study.ask();
  await study.include(0);
  await study.ask();
  t.deepEqual(asked, [[0, 1, 2], [1, 2], [2], [0, 2]]);
});
