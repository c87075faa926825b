import type { NewTrial, StudyRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { HpoError } from "../errors/errors.ts";
import { categoricalDistribution, floatDistribution } from "../space/distribution.ts";
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
} from "./storage-samples.ts";

export function lifeLaws(law: Law): void {
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
    const before = await addTrial(store);
    const change = (more: Partial<NewTrial>) => storage.updateTrial(before.id, more);
    await t.throwsAsync(change({ params: { lr: 1 } }), { instanceOf: HpoError, message: /"lr"/ });
    await t.throwsAsync(change(other), { instanceOf: HpoError, message: /"mixed".*"other"/ });
    t.deepEqual(await readTrial(store, 0), before);
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
  law("an end is stored with all that came with it, a later start too", async (t, store) => {
    const { id } = await addTrial(store);
    const ranFrom = new Date(startedAt.getTime() + 200);
    const index = await store.storage.finishTrial(id, {
      state: "pruned",
      values: [0.25],
      startedAt: ranFrom,
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
      startedAt: ranFrom,
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

export function reportLaws(law: Law): void {
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

export function valueLaws(law: Law): void {
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

export function raceLaws(law: Law): void {
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
