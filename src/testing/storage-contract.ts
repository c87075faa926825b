import type { ExecutionContext } from "ava";
import { DuplicateStudyError, HpoError, StudyNotFoundError } from "../errors/errors.ts";
import { categoricalDistribution, floatDistribution } from "../space/distribution.ts";
import type { Cursor, NewTrial, Storage, StudyRecord, TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import {
  addTrial,
  completeTrial,
  completedAt,
  readTrial,
  runningTrial,
  startTrial,
  startedAt,
  waiting,
  x,
  type Law,
  type Store,
} from "./storage-samples.ts";
import { deletionLaws, leaseLaws, signLaws, turnLaws } from "./storage-turn-laws.ts";

/**
 * One empty store, as two processes see it. Where a store has one reader only (memory), both are
 * the same. Both are closed by the test.
 */
export interface OpenedTwice {
  readonly storage: Storage;
  readonly other: Storage;
}

/** What every storage owes its users; an implementation's test calls it in one line. */
export function storageContract(
  test: (title: string, body: (t: ExecutionContext) => Promise<void>) => void,
  name: string,
  openStorage: (t: ExecutionContext) => Promise<OpenedTwice>,
): void {
  const law = (title: string, check: (t: ExecutionContext, store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => {
      const { storage, other } = await openStorage(t);
      t.teardown(() => other.close());
      t.teardown(() => storage.close());
      const study = await storage.createStudy({ name: "s", directions: ["minimize"] });
      await check(t, { storage, other, study });
    });

  studyLaws(law);
  attributeLaws(law);
  lifeLaws(law);
  raceLaws(law);
  readerLaws(law);
  valueLaws(law);
  reportLaws(law);
  orderLaws(law);
  turnLaws(law);
  leaseLaws(law);
  signLaws(law);
  deletionLaws(law);
}

function studyLaws(law: Law): void {
  law("a study is found by its name as it was created", async (t, { storage, other }) => {
    const created = await storage.createStudy({
      name: "two metrics, η",
      directions: ["minimize", "maximize"],
      userAttrs: { owner: { team: "vision", tags: ["lr", "η", "🜁"] } },
      systemAttrs: { [ATTRIBUTE.metricNames]: ["loss", "accuracy"] },
    });
    t.deepEqual(await other.findStudy("two metrics, η"), created);
    t.deepEqual(created.directions, ["minimize", "maximize"]);
    t.deepEqual(created.userAttrs, { owner: { team: "vision", tags: ["lr", "η", "🜁"] } });
    t.deepEqual(created.systemAttrs, { [ATTRIBUTE.metricNames]: ["loss", "accuracy"] });
    t.is(await other.findStudy("two metrics"), undefined);
  });
  law("a name is taken once", async (t, { storage, other, study }) => {
    const taken = { instanceOf: DuplicateStudyError, message: /"s".*(another|Choose|Take)/s };
    await t.throwsAsync(other.createStudy({ name: "s", directions: ["minimize"] }), taken);
    const second = await storage.createStudy({ name: "t", directions: ["minimize"] });
    await t.throwsAsync(other.renameStudy(second.id, "s"), taken);
    await other.renameStudy(study.id, "s");
    t.is((await storage.findStudy("s"))?.id, study.id);
  });
  law("of many who create one name at once, one does", async (t, { storage, other }) => {
    const results = await Promise.allSettled(
      [storage, other, storage, other].map((each) =>
        each.createStudy({ name: "raced", directions: ["minimize"] }),
      ),
    );
    t.is(results.filter(({ status }) => status === "fulfilled").length, 1);
    const lost = results.filter((result) => result.status === "rejected");
    for (const { reason } of lost) t.true(reason instanceof DuplicateStudyError, String(reason));
  });
  law("a renamed study keeps its trials", async (t, store) => {
    await addTrial(store);
    await store.storage.renameStudy(store.study.id, "renamed");
    t.is(await store.other.findStudy("s"), undefined);
    t.is((await store.other.findStudy("renamed"))?.id, store.study.id);
    t.is((await store.other.readTrials(store.study.id)).trials.length, 1);
  });
  law("a deleted study is gone with its trials, the others stay", async (t, store) => {
    const { storage, other, study } = store;
    const kept = await storage.createStudy({ name: "kept", directions: ["minimize"] });
    await storage.createTrials(kept.id, [completeTrial(1)]);
    const { id } = await addTrial(store, { ...runningTrial({ x: 0.1 }), userAttrs: { a: 1 } });
    await storage.updateTrial(id, { reports: [{ step: 0, value: 1 }] });
    await storage.deleteStudy(study.id);
    t.deepEqual(
      (await other.listStudies()).map(({ name }) => name),
      ["kept"],
    );
    t.false(await other.updateTrial(id, {}));
    t.is(await other.finishTrial(id, { state: "failed", completedAt }), undefined);
    t.is((await other.readTrials(kept.id)).trials.length, 1);
  });
  law("what is asked of a study that is not there is an error", async (t, { storage, study }) => {
    await storage.deleteStudy(study.id);
    const missing = { instanceOf: StudyNotFoundError };
    await t.throwsAsync(storage.readTrials(study.id), missing);
    await t.throwsAsync(storage.createTrials(study.id, [runningTrial()]), missing);
    await t.throwsAsync(storage.renameStudy(study.id, "t"), missing);
    await t.throwsAsync(storage.deleteStudy(study.id), missing);
    await t.throwsAsync(storage.setStudyAttributes(study.id, { user: { a: 1 } }), missing);
    await t.throwsAsync(storage.indexFinished(study.id), missing);
  });
  law("a list of studies counts the states and knows the first start", async (t, store) => {
    const { storage, other, study } = store;
    await storage.createStudy({ name: "empty", directions: ["maximize"] });
    const early = new Date("2025-12-31T00:00:00.000Z");
    await storage.createTrials(study.id, [
      runningTrial(),
      { ...completeTrial(1), startedAt: early },
      { ...completeTrial(2), state: "pruned" },
      { ...runningTrial(), state: "failed", completedAt },
      waiting(),
      waiting(),
    ]);
    const [first, empty] = await other.listStudies();
    t.deepEqual(first.counts, { waiting: 2, running: 1, complete: 1, pruned: 1, failed: 1 });
    t.deepEqual(first.startedAt, early);
    t.deepEqual(empty.counts, { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 });
    t.is(empty.startedAt, undefined);
    t.deepEqual(empty.directions, ["maximize"]);
  });
}

function attributeLaws(law: Law): void {
  law("study attributes are added, overwritten and removed", async (t, store) => {
    const { storage, other, study } = store;
    await storage.setStudyAttributes(study.id, { user: { a: 1, b: [1, "ü"] }, system: { s: {} } });
    await storage.setStudyAttributes(study.id, { user: { a: null, b: undefined } });
    const found = await other.findStudy("s");
    t.deepEqual(found?.userAttrs, { a: null });
    t.deepEqual(found?.systemAttrs, { s: {} });
  });
  law("trial attributes are added, overwritten and removed", async (t, store) => {
    const { id } = await addTrial(store, {
      ...runningTrial(),
      userAttrs: { kept: "日本", gone: 0 },
    });
    const change = { user: { gone: undefined, added: { deep: [true] } }, system: { "hpo:x": 1 } };
    t.true(await store.storage.updateTrial(id, { attributes: change }));
    const read = await readTrial(store, 0);
    t.deepEqual(read.userAttrs, { kept: "日本", added: { deep: [true] } });
    t.deepEqual(read.systemAttrs, { "hpo:x": 1 });
  });
  law("numbers of an attribute that are not finite come back", async (t, store) => {
    const text = 'no NaN, "Infinity" or \\-Infinity\\';
    const curve = { gradNorm: [1.5, Infinity, NaN, -Infinity], NaN: text, deep: { v: [NaN] } };
    await addTrial(store, { ...runningTrial(), userAttrs: { curve } });
    t.deepEqual((await readTrial(store, 0)).userAttrs, { curve });
  });
  law("an attribute that is no JSON is an error that names it", async (t, store) => {
    const { id } = await addTrial(store);
    const noJson = { instanceOf: HpoError, message: /"model"/ };
    const attributes = { user: { model: () => 1 } };
    await t.throwsAsync(store.storage.updateTrial(id, { attributes }), noJson);
    await t.throwsAsync(store.storage.setStudyAttributes(store.study.id, attributes), noJson);
    t.deepEqual((await readTrial(store, 0)).userAttrs, {});
  });
}

function lifeLaws(law: Law): void {
  const mixed = categoricalDistribution([null, true, 2, 2.5, "text"]);

  law("a running trial is read as it was added", async (t, store) => {
    const trial: NewTrial = {
      ...runningTrial({ x: 0.1 + 0.2 }),
      userAttrs: { device: "cuda:0" },
      systemAttrs: { "hpo:seed": 7 },
      reports: [{ step: 3, value: 0.5 }],
    };
    const added = await addTrial(store, trial);
    t.deepEqual(await readTrial(store, 0), added);
    t.deepEqual(added, { ...trial, id: added.id, number: 0 });
  });
  law("a categorical value keeps its type", async (t, store) => {
    for (const value of mixed.choices) {
      const trial = { ...runningTrial(), params: { mixed: value }, distributions: { mixed } };
      const { number } = await addTrial(store, trial);
      const read = await readTrial(store, number);
      t.is(read.params["mixed"], value);
      t.deepEqual(read.distributions["mixed"], mixed);
    }
  });
  law("a value without a distribution, or not of it, is an error", async (t, store) => {
    const { storage, study } = store;
    const add = (trial: Partial<NewTrial>) =>
      storage.createTrials(study.id, [{ ...runningTrial(), ...trial }]);
    await t.throwsAsync(add({ params: { lr: 1 } }), { instanceOf: HpoError, message: /"lr"/ });
    const other = { params: { mixed: "other" }, distributions: { mixed } };
    await t.throwsAsync(add(other), { instanceOf: HpoError, message: /"mixed".*"other"/ });
    t.is((await storage.readTrials(study.id)).trials.length, 0);
  });
  law("a queued trial holds its fixed parameters until it starts", async (t, store) => {
    const { id, params } = await addTrial(store, waiting({ x: 0.5, kind: "lion", none: null }));
    t.deepEqual(params, { x: 0.5, kind: "lion", none: null });
    const queued = await readTrial(store, 0);
    t.deepEqual(queued.params, params);
    t.deepEqual(queued.systemAttrs[ATTRIBUTE.fixedParams], params);
    const drawn = { params: { x: 0.5, y: 0.25 }, distributions: { x, y: x } };
    t.true(await startTrial(store, id, { ...drawn, startedAt }));
    const started = await readTrial(store, 0);
    t.is(started.state, "running");
    t.deepEqual(started.params, drawn.params);
    t.deepEqual(started.distributions, drawn.distributions);
    t.deepEqual(started.startedAt, startedAt);
    t.deepEqual(started.systemAttrs[ATTRIBUTE.fixedParams], params);
  });
  law("a parameter is added and overwritten while the trial runs", async (t, store) => {
    const { id } = await addTrial(store, runningTrial({ x: 0.1 }));
    const wider = floatDistribution(0, 4);
    const change = { params: { x: 2, mixed: true }, distributions: { x: wider, mixed } };
    t.true(await store.storage.updateTrial(id, change));
    const read = await readTrial(store, 0);
    t.deepEqual(read.params, change.params);
    t.deepEqual(read.distributions, change.distributions);
  });
  law("an end is stored with all that came with it", async (t, store) => {
    const { id } = await addTrial(store);
    const index = await store.storage.finishTrial(id, {
      state: "pruned",
      values: [0.25],
      completedAt,
      params: { x: 0.75 },
      distributions: { x },
      reports: [{ step: 1, value: 0.25 }],
      attributes: { user: { note: "slow" }, system: { [ATTRIBUTE.constraints]: [0.5] } },
    });
    t.is(index, 0);
    const { id: _id, ...read } = await readTrial(store, 0);
    t.deepEqual(read, {
      number: 0,
      state: "pruned",
      values: [0.25],
      params: { x: 0.75 },
      distributions: { x },
      reports: [{ step: 1, value: 0.25 }],
      userAttrs: { note: "slow" },
      systemAttrs: { [ATTRIBUTE.constraints]: [0.5], [ATTRIBUTE.finishIndex]: 0 },
      startedAt,
      completedAt,
    });
  });
  law("a finished trial never changes", async (t, store) => {
    const { storage, other } = store;
    const { id } = await addTrial(store);
    await storage.finishTrial(id, { state: "complete", values: [1], completedAt });
    const before = await readTrial(store, 0);
    t.false(await startTrial({ ...store, storage: other }, id, { startedAt }));
    t.false(await other.updateTrial(id, { reports: [{ step: 0, value: 1 }], clearReports: true }));
    t.false(await other.updateTrial(id, { attributes: { user: { a: 1 } } }));
    t.is(await other.finishTrial(id, { state: "failed", completedAt }), undefined);
    t.deepEqual(await readTrial(store, 0), before);
  });
  law("a queued trial may finish without having run", async (t, store) => {
    const { id } = await addTrial(store, waiting({ x: 1 }));
    t.is(await store.storage.finishTrial(id, { state: "failed", completedAt }), 0);
    const read = await readTrial(store, 0);
    t.is(read.state, "failed");
    t.is(read.startedAt, undefined);
    t.deepEqual(read.params, {});
  });
}

function raceLaws(law: Law): void {
  law("of ten who start one queued trial, one does", async (t, store) => {
    const { id } = await addTrial(store, waiting());
    const starts = Array.from({ length: 10 }, (_, index) =>
      startTrial({ ...store, storage: index % 2 ? store.storage : store.other }, id, {
        startedAt,
        attributes: { system: { "hpo:owner": index } },
      }),
    );
    const won = await Promise.all(starts);
    t.is(won.filter(Boolean).length, 1);
    t.is((await readTrial(store, 0)).systemAttrs["hpo:owner"], won.indexOf(true));
  });
  law("of many who finish one trial, one does", async (t, store) => {
    const { id } = await addTrial(store);
    const ends = Array.from({ length: 6 }, (_, index) =>
      (index % 2 ? store.storage : store.other).finishTrial(id, {
        state: "complete",
        values: [index],
        completedAt,
      }),
    );
    const indexes = await Promise.all(ends);
    t.deepEqual(
      indexes.filter((index) => index !== undefined),
      [0],
    );
    t.deepEqual((await readTrial(store, 0)).values, [indexes.indexOf(0)]);
  });
  law("numbers count per study, without gaps, whoever adds", async (t, store) => {
    const { storage, other, study } = store;
    const second = await other.createStudy({ name: "second", directions: ["minimize"] });
    const adds = Array.from({ length: 12 }, (_, index) =>
      (index % 2 ? storage : other).createTrials(index % 3 ? study.id : second.id, [
        runningTrial(),
      ]),
    );
    await Promise.all(adds);
    const numbers = async ({ id }: StudyRecord) =>
      (await storage.readTrials(id)).trials.map(({ number }) => number);
    t.deepEqual(await numbers(study), [0, 1, 2, 3, 4, 5, 6, 7]);
    t.deepEqual(await numbers(second), [0, 1, 2, 3]);
  });
  law("one of many writes of a turn that fails spoils no other", async (t, store) => {
    const { storage, study } = store;
    const { id } = await addTrial(store);
    const reports = Array.from({ length: 20 }, (_, step) => ({ step, value: step / 2 }));
    const results = await Promise.allSettled([
      ...reports.slice(0, 10).map((report) => storage.updateTrial(id, { reports: [report] })),
      storage.createStudy({ name: "s", directions: ["minimize"] }),
      storage.updateTrial(id, { attributes: { user: { bad: 1n } } }),
      ...reports.slice(10).map((report) => storage.updateTrial(id, { reports: [report] })),
      storage.createTrials(study.id, [runningTrial()]),
    ]);
    t.deepEqual(
      results.flatMap(({ status }, index) => (status === "rejected" ? [index] : [])),
      [10, 11],
    );
    t.deepEqual((await readTrial(store, 0)).reports, reports);
    t.is((await store.other.readTrials(study.id)).trials.length, 2);
  });
}

/** Merges a study's changes, as a reader does. */
function gathering(storage: Storage, study: StudyRecord): () => Promise<readonly TrialRecord[]> {
  const gathered: TrialRecord[] = [];
  let cursor: Cursor | undefined;
  return async () => {
    const changes = await storage.readTrials(study.id, cursor);
    for (const trial of changes.trials) gathered[trial.number] = trial;
    cursor = changes.cursor;
    return gathered;
  };
}

function readerLaws(law: Law): void {
  law("what two readers gather by cursors is what a whole read gives", async (t, store) => {
    const { storage, other, study } = store;
    const readers = [gathering(storage, study), gathering(other, study)];
    const check = async () => {
      const { trials } = await other.readTrials(study.id);
      for (const gathered of readers) t.deepEqual(await gathered(), trials);
    };
    await check();
    const first = await addTrial(store);
    await check();
    const second = await addTrial({ ...store, storage: other }, waiting({ x: 1 }));
    const third = await addTrial(store);
    await check();
    await other.finishTrial(third.id, { state: "complete", values: [1], completedAt });
    await startTrial(store, second.id, { startedAt });
    await check();
    await other.updateTrial(first.id, { reports: [{ step: 0, value: 5 }] });
    await check();
    await storage.updateTrial(first.id, { attributes: { user: { a: 1 } } });
    await storage.finishTrial(first.id, { state: "failed", completedAt });
    await other.finishTrial(second.id, { state: "pruned", completedAt });
    await check();
    await other.createTrials(study.id, [completeTrial(1), waiting(), runningTrial()]);
    await check();
    await check();
  });
  law("an unchanged study gives nothing anew", async (t, store) => {
    await addTrial(store);
    await addTrial(store, waiting());
    const { cursor } = await store.storage.readTrials(store.study.id);
    const again = await store.storage.readTrials(store.study.id, cursor);
    t.deepEqual(again.trials, []);
    t.deepEqual((await store.storage.readTrials(store.study.id, again.cursor)).trials, []);
  });
  law("a cursor may be used twice", async (t, store) => {
    const { cursor } = await store.storage.readTrials(store.study.id);
    await addTrial(store);
    const once = await store.storage.readTrials(store.study.id, cursor);
    await addTrial(store);
    const twice = await store.storage.readTrials(store.study.id, cursor);
    t.deepEqual([once.trials.length, twice.trials.length], [1, 2]);
  });
  law("a cursor knows its study's changes among others'", async (t, store) => {
    const { storage, other, study } = store;
    const second = await other.createStudy({ name: "second", directions: ["minimize"] });
    const { cursor } = await storage.readTrials(study.id);
    await other.createTrials(second.id, [runningTrial(), runningTrial()]);
    await addTrial({ ...store, storage: other });
    const { trials } = await storage.readTrials(study.id, cursor);
    t.deepEqual(
      trials.map(({ number }) => number),
      [0],
    );
  });
  law("what was given to a reader stays as it was", async (t, store) => {
    const { id } = await addTrial(store);
    const read = async () => (await store.storage.readTrials(store.study.id)).trials;
    const report = (step: number) =>
      store.storage.updateTrial(id, { reports: [{ step, value: step }] });
    const first = await read();
    await report(0);
    await report(1);
    const second = await read();
    await report(2);
    const failed = store.storage.inTurn(store.study.id, async (turn) => {
      await turn.updateTrial(id, { reports: [{ step: 3, value: 3 }] });
      throw new Error("the turn fails");
    });
    await t.throwsAsync(failed, { message: "the turn fails" });
    const third = await read();
    await store.storage.finishTrial(id, { state: "complete", values: [1], completedAt });
    const given = [first, second, third].map(([{ state, reports }]) => [state, reports.length]);
    t.deepEqual(given, [
      ["running", 0],
      ["running", 2],
      ["running", 3],
    ]);
  });
  law("a read follows the writes called before it", async (t, store) => {
    const { storage, study } = store;
    const { id } = await addTrial(store);
    const write = storage.updateTrial(id, { reports: [{ step: 0, value: 1 }] });
    const { trials } = await storage.readTrials(study.id);
    t.is(trials[0].reports.length, 1);
    t.true(await write);
  });
}

function valueLaws(law: Law): void {
  law("values come back to the last bit, infinite ones too", async (t, { storage, other }) => {
    const study = await storage.createStudy({
      name: "three",
      directions: ["minimize", "maximize", "minimize"],
    });
    const values = [
      [0.1 + 0.2, Infinity, -Infinity],
      [5e-324, 1.7976931348623157e308, -0],
      [-Infinity, 1.2345678901234567e-17, 1 / 3],
    ];
    await storage.createTrials(
      study.id,
      values.map((each) => ({ ...completeTrial(0), values: each })),
    );
    const { trials } = await other.readTrials(study.id);
    t.deepEqual(
      trials.map((trial) => trial.values?.map((value) => value + 0)),
      values.map((each) => each.map((value) => value + 0)), // -0 may come back as 0
    );
  });
  law("an end without values has none", async (t, store) => {
    const [pruned, failed] = [await addTrial(store), await addTrial(store)];
    await store.storage.finishTrial(pruned.id, { state: "pruned", completedAt });
    await store.storage.finishTrial(failed.id, { state: "failed", completedAt });
    t.is((await readTrial(store, 0)).values, undefined);
    t.is((await readTrial(store, 1)).values, undefined);
  });
  law("dates keep their milliseconds, in any year", async (t, store) => {
    const dates = ["2026-03-29T01:30:00.001Z", "1999-12-31T23:59:59.999Z"].map((d) => new Date(d));
    await addTrial(store, { ...completeTrial(1), startedAt: dates[1], completedAt: dates[0] });
    const read = await readTrial(store, 0);
    t.deepEqual([read.startedAt, read.completedAt], [dates[1], dates[0]]);
  });
}

function reportLaws(law: Law): void {
  law("reports stand by ascending step, the first at a step stays", async (t, store) => {
    const { id } = await addTrial(store, { ...runningTrial(), reports: [{ step: 7, value: 1 }] });
    const add = (...reports: { step: number; value: number }[]) =>
      store.storage.updateTrial(id, { reports });
    t.true(await add({ step: 0, value: 3 }, { step: 5, value: 2 }, { step: 0, value: 9 }));
    t.true(await add({ step: 5, value: 8 }, { step: 6, value: 4 }));
    t.deepEqual((await readTrial(store, 0)).reports, [
      { step: 0, value: 3 },
      { step: 5, value: 2 },
      { step: 6, value: 4 },
      { step: 7, value: 1 },
    ]);
  });
  law("reports may be NaN or infinite", async (t, store) => {
    const { id } = await addTrial(store);
    const values = [NaN, Infinity, -Infinity, -1e-300];
    const reports = values.map((value, step) => ({ step, value }));
    t.true(await store.storage.updateTrial(id, { reports }));
    t.deepEqual((await readTrial(store, 0)).reports, reports);
  });
  law("a lost trial starts again without its reports", async (t, store) => {
    const reports = [0, 1, 2].map((step) => ({ step, value: step }));
    const { id } = await addTrial(store, { ...runningTrial(), reports });
    const again = { clearReports: true, reports: [{ step: 1, value: 9 }], startedAt: completedAt };
    t.true(await store.storage.updateTrial(id, again));
    const read = await readTrial(store, 0);
    t.deepEqual(read.reports, [{ step: 1, value: 9 }]);
    t.deepEqual(read.startedAt, completedAt);
    t.true(await store.storage.updateTrial(id, { clearReports: true }));
    t.deepEqual((await readTrial(store, 0)).reports, []);
  });
}

function orderLaws(law: Law): void {
  law("finish indexes are 0, 1, 2, … in the order of finishing", async (t, store) => {
    const { storage, other, study } = store;
    const added = await storage.createTrials(study.id, Array(5).fill(runningTrial()));
    const indexes: (number | undefined)[] = [];
    for (const number of [3, 0, 4]) {
      const end = { state: "complete", values: [1], completedAt } as const;
      indexes.push(await (number ? storage : other).finishTrial(added[number].id, end));
    }
    t.deepEqual(indexes, [0, 1, 2]);
    const [imported] = await other.createTrials(study.id, [completeTrial(1)]);
    t.is(imported.systemAttrs[ATTRIBUTE.finishIndex], 3);
    t.is(await storage.finishTrial(added[1].id, { state: "failed", completedAt }), 4);
    const { trials } = await other.readTrials(study.id);
    t.deepEqual(
      trials.map(({ systemAttrs }) => systemAttrs[ATTRIBUTE.finishIndex]),
      [1, 4, undefined, 0, 2, 3],
    );
    t.is((await other.findStudy("s"))?.systemAttrs[ATTRIBUTE.finishCount], 5);
  });
  law("copied trials keep their order of finishing, others come after them", async (t, store) => {
    const { storage, study } = store;
    const copied = (index: number) => ({
      ...completeTrial(index),
      systemAttrs: { [ATTRIBUTE.finishIndex]: index },
    });
    const trials = [
      copied(7),
      completeTrial(1),
      runningTrial(),
      copied(2),
      completeTrial(2),
      copied(5),
    ];
    const added = await storage.createTrials(study.id, trials);
    t.deepEqual(
      added.map(({ systemAttrs }) => systemAttrs[ATTRIBUTE.finishIndex]),
      [2, 3, undefined, 0, 4, 1],
    );
    t.deepEqual((await storage.readTrials(study.id)).trials, added);
  });
  law("to index what is indexed changes nothing", async (t, store) => {
    const { storage, study } = store;
    await storage.createTrials(study.id, [completeTrial(1), runningTrial(), completeTrial(2)]);
    const before = await storage.readTrials(study.id);
    await storage.indexFinished(study.id);
    t.deepEqual((await storage.readTrials(study.id)).trials, before.trials);
  });
  law("finish indexes count in each study apart", async (t, { storage, study }) => {
    const second = await storage.createStudy({ name: "second", directions: ["minimize"] });
    for (const { id } of [study, second, study]) await storage.createTrials(id, [completeTrial(1)]);
    const indexes = async ({ id }: StudyRecord) =>
      (await storage.readTrials(id)).trials.map(
        (trial) => trial.systemAttrs[ATTRIBUTE.finishIndex],
      );
    t.deepEqual(await indexes(study), [0, 1]);
    t.deepEqual(await indexes(second), [0]);
  });
}
