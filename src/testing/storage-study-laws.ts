import type { StudyRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { DuplicateStudyError, HpoError, StudyNotFoundError } from "../errors/errors.ts";
import {
  addTrial,
  completeTrial,
  completedAt,
  readTrial,
  runningTrial,
  waiting,
  type Law,
} from "./storage-samples.ts";

export function studyLaws(law: Law): void {
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

export function attributeLaws(law: Law): void {
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

export function orderLaws(law: Law): void {
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
