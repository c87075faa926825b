import { ATTRIBUTE } from "../contracts/attributes.ts";
import { categoricalDistribution, intDistribution } from "../space/distribution.ts";
import type { Params } from "../space/search-space.ts";
import type { Cursor, Storage, StudyRecord, TrialRecord } from "../contracts/storage.ts";
import {
  addTrial,
  completeTrial,
  completedAt,
  runningTrial,
  startTrial,
  startedAt,
  waiting,
  x,
  type Law,
} from "./storage-samples.ts";

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

export function readerLaws(law: Law): void {
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
  law("trials are read by their numbers, whole", async (t, { storage, other, study }) => {
    const stranger = await storage.createStudy({ name: "another", directions: ["minimize"] });
    await storage.createTrials(stranger.id, [runningTrial()]);
    await storage.createTrials(study.id, [runningTrial(), runningTrial(), runningTrial()]);
    const { trials } = await storage.readTrials(study.id);
    t.deepEqual(await other.readNumbered(study.id, [2, 0, 99]), [trials[0], trials[2]]);
    t.deepEqual(await other.readNumbered(study.id, []), []);
  });
  law("a brief read has the parameters of a whole one", async (t, { storage, other, study }) => {
    const distributions = {
      x,
      n: intDistribution(-4, 64, { step: 2 }),
      c: categoricalDistribution(["adam", "3", 3, false, null]),
    };
    const all: Params[] = [
      { x: 0.1 + 0.2, n: 64, c: "adam" },
      { x: 1e-300, n: -4, c: 3 },
      { x: 0, n: 0, c: null },
      { c: false },
      { n: 2, c: "3" },
      {},
    ];
    const trials = all.map((params) => {
      const own = Object.keys(params).map((name) => [name, distributions[name as "x"]] as const);
      return { ...completeTrial(1), params, distributions: Object.fromEntries(own) };
    });
    await storage.createTrials(study.id, trials);
    const whole = (await other.readTrials(study.id)).trials;
    for (const detail of ["brief", "space", "search"] as const) {
      const read = (await other.readTrials(study.id, undefined, detail)).trials;
      t.deepEqual(
        read.map(({ params }) => params),
        whole.map(({ params }) => params),
        detail,
      );
    }
    t.deepEqual<unknown, unknown>(
      whole.map(({ params }) => params),
      all,
    );
  });
  law("who runs a trial is told with the study, where it is kept", async (t, store) => {
    const { storage, other, study } = store;
    const added = [runningTrial(), runningTrial(), runningTrial()];
    const [none, handed, held] = await storage.createTrials(study.id, added);
    const change = (runner: unknown) => ({
      attributes: { system: { [ATTRIBUTE.runner]: runner } },
    });
    await storage.updateTrial(handed.id, change(null));
    await storage.updateTrial(held.id, change({ host: "a", pid: 1 }));
    const runners = async () => (await other.listStudies())[0].runners;
    t.deepEqual(await runners(), [null, { host: "a", pid: 1 }]);
    for (const { id } of [none, handed, held]) {
      await storage.finishTrial(id, { state: "complete", values: [1], completedAt });
    }
    t.deepEqual(await runners(), []);
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
