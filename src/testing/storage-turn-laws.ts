import { StudyNotFoundError } from "../errors/errors.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { Held, TrialLease } from "../contracts/trial-lease.ts";
import {
  addTrial,
  completeTrial,
  completedAt,
  readTrial,
  runningTrial,
  startedAt,
  waiting,
  type Law,
} from "./storage-samples.ts";

const end = { state: "complete", values: [1], completedAt } as const;

/** Turns of one study, whoever takes them, come one after the other, and are done whole or not. */
export function turnLaws(law: Law): void {
  law("turns taken at once give dense numbers and ascending ids", async (t, store) => {
    const { storage, other, study } = store;
    const turns = Array.from({ length: 12 }, (_, index) =>
      (index % 2 ? storage : other).inTurn(study.id, async (turn) => {
        const { trials } = await turn.changes();
        await new Promise(setImmediate);
        const added = await turn.createTrials(Array(index % 3).fill(runningTrial()));
        return added.map(({ number }) => number - trials.length);
      }),
    );
    for (const offsets of await Promise.all(turns)) {
      t.deepEqual(offsets, [0, 1, 2].slice(0, offsets.length), "nobody added any meanwhile");
    }
    const { trials } = await other.readTrials(study.id);
    t.deepEqual(
      trials.map(({ number }) => number),
      trials.map((_, index) => index),
    );
    t.is(trials.length, 12);
    t.true(trials.every(({ id }, index) => index === 0 || id > trials[index - 1].id));
  });
  law("a turn reads what was written before it, and is read once it is over", async (t, store) => {
    const { storage, other, study } = store;
    const first = await addTrial(store);
    const { cursor } = await storage.readTrials(study.id);
    const write = storage.updateTrial(first.id, { reports: [{ step: 0, value: 1 }] });
    const added = await storage.inTurn(study.id, async (turn) => {
      const { trials } = await turn.changes(cursor);
      t.is(trials.length, 1);
      t.deepEqual(trials[0].reports, [{ step: 0, value: 1 }]);
      return turn.createTrials([runningTrial({ x: 0.25 }), completeTrial(3)]);
    });
    t.true(await write);
    t.deepEqual(
      added.map(({ number, systemAttrs }) => [number, systemAttrs[ATTRIBUTE.finishIndex]]),
      [
        [1, undefined],
        [2, 0],
      ],
    );
    t.deepEqual((await other.readTrials(study.id)).trials.slice(1), added);
    const { trials } = await storage.readTrials(study.id, cursor);
    t.deepEqual(trials.slice(1), added);
  });
  law("a turn that is asked for as a trial ends knows of the end", async (t, store) => {
    const { storage, other, study } = store;
    let { id } = await addTrial(store, { ...runningTrial(), ...heldBy(0, "a") });
    let { cursor } = await storage.readTrials(study.id);
    for (let round = 0; round < 6; round++) {
      // Of an own trial, amid others' and alone; and of one that was taken over.
      if (round === 2) await other.createTrials(study.id, [waiting()]);
      const isLost = round === 5;
      const system = { [ATTRIBUTE.lease]: lease(1, "b") };
      if (isLost) await other.updateTrial(id, { attributes: { system } });
      const ended = storage.finishTrial(id, end, held(0, "a"));
      const next = storage.inTurn(
        study.id,
        async (turn) => {
          const changes = await turn.changes(cursor);
          const known = changes.trials.find((trial) => trial.id === id);
          t.is(known?.state, isLost ? "running" : "complete");
          const [added] = await turn.createTrials([{ ...runningTrial(), ...heldBy(0, "a") }], true);
          return { added, changes };
        },
        cursor,
      );
      t.is(await ended, isLost ? undefined : round);
      const { added, changes } = await next;
      ({ id } = added);
      ({ cursor } = changes);
    }
    const { trials } = await other.readTrials(study.id);
    t.deepEqual(trials.filter(({ state }) => state === "complete").length, 5);
    t.deepEqual(new Set(trials.map(({ number }) => number)).size, 8);
  });
  law("a turn starts, changes and ends trials", async (t, store) => {
    const { storage, study } = store;
    const queued = await addTrial(store, waiting());
    const lost = await addTrial(store, { ...runningTrial(), reports: [{ step: 4, value: 1 }] });
    await storage.inTurn(study.id, async (turn) => {
      t.true(await turn.startTrial(queued.id, { startedAt }));
      t.false(await turn.startTrial(queued.id, { startedAt }));
      t.true(await turn.updateTrial(lost.id, { clearReports: true }));
      t.is(await turn.finishTrial(lost.id, { state: "failed", completedAt }), 0);
      t.false(await turn.updateTrial(lost.id, { reports: [{ step: 0, value: 1 }] }));
      await turn.setAttributes({ system: { "hpo:x": 1 } });
    });
    t.is((await readTrial(store, 0)).state, "running");
    const ended = await readTrial(store, 1);
    t.deepEqual([ended.state, ended.reports], ["failed", []]);
    t.is((await store.other.findStudy("s"))?.systemAttrs["hpo:x"], 1);
  });
  law("of a turn that fails nothing is left", async (t, store) => {
    const { storage, other, study } = store;
    const first = await addTrial(store, waiting());
    const before = await other.readTrials(study.id);
    const failure = new TypeError("a strategy's own");
    const failed = storage.inTurn(study.id, async (turn) => {
      await turn.createTrials([runningTrial(), completeTrial(1)]);
      await turn.startTrial(first.id, { startedAt });
      await turn.setAttributes({ user: { a: 1 } });
      throw failure;
    });
    t.is(await t.throwsAsync(failed), failure, "it is thrown on as it was");
    t.deepEqual((await other.readTrials(study.id)).trials, before.trials);
    t.deepEqual((await storage.readTrials(study.id)).trials, before.trials);
    t.deepEqual((await other.findStudy("s"))?.userAttrs, {});
    const [next] = await storage.createTrials(study.id, [completeTrial(2)]);
    t.deepEqual([next.number, next.systemAttrs[ATTRIBUTE.finishIndex]], [1, 0]);
    const { trials } = await other.readTrials(study.id, before.cursor);
    t.deepEqual(trials.at(-1), next);
  });
  law("other writes wait for a turn, and come to pass", async (t, store) => {
    const { storage, study } = store;
    const { id } = await addTrial(store);
    let write: Promise<boolean> | undefined;
    await storage.inTurn(study.id, async (turn) => {
      write = storage.updateTrial(id, { reports: [{ step: 0, value: 1 }] });
      await new Promise(setImmediate);
      await turn.createTrials([runningTrial()]);
    });
    t.true(await write);
    t.is((await readTrial(store, 0)).reports.length, 1);
    t.is((await readTrial(store, 1)).state, "running");
  });
}

const lease = (attempt: number, id: string): TrialLease => ({
  attempt,
  id,
  worker: "w",
  host: "h",
  since: startedAt.toISOString(),
});
const heldBy = (attempt: number, id: string) => ({
  systemAttrs: { [ATTRIBUTE.lease]: lease(attempt, id) },
});
const held = (attempt: number, id: string): Held => ({ attempt, lease: id });

/** Who runs a trial may write to it until somebody else really took it over. */
export function leaseLaws(law: Law): void {
  law("a holder's writes and end are taken", async (t, store) => {
    const { storage } = store;
    const { id } = await addTrial(store, { ...runningTrial(), ...heldBy(0, "a") });
    const reports = [{ step: 0, value: 1 }];
    t.true(await storage.updateTrial(id, { reports }, held(0, "a")));
    t.is(await storage.finishTrial(id, end, held(0, "a")), 0);
    t.is(await storage.finishTrial(id, end, held(0, "a")), undefined, "once");
    t.deepEqual((await readTrial(store, 0)).reports, reports);
  });
  law("of a trial that was taken over, the late holder's are refused", async (t, store) => {
    const { storage, other, study } = store;
    const { id } = await addTrial(store, { ...runningTrial(), ...heldBy(0, "a") });
    const system = { [ATTRIBUTE.lease]: lease(1, "b") };
    await other.inTurn(study.id, (turn) =>
      turn.updateTrial(id, { clearReports: true, attributes: { system } }),
    );
    const late = [{ step: 0, value: -1 }];
    t.false(await storage.updateTrial(id, { reports: late }, held(0, "a")));
    t.is(await storage.finishTrial(id, { ...end, reports: late }, held(0, "a")), undefined);
    t.is(await storage.finishTrial(id, end, held(0, "b")), undefined, "the attempt counts, too");
    const taken = await readTrial(store, 0);
    t.deepEqual([taken.state, taken.values, taken.reports], ["running", undefined, []]);
    t.is(await other.finishTrial(id, { ...end, values: [2] }, held(1, "b")), 0);
    t.deepEqual((await readTrial(store, 0)).values, [2]);
  });
  law("of a trial that was handed back, too, and of one that nobody holds", async (t, store) => {
    const { storage } = store;
    const free = await addTrial(store);
    const back = await addTrial(store, {
      ...runningTrial(),
      systemAttrs: { [ATTRIBUTE.lease]: null },
    });
    for (const { id } of [free, back]) {
      t.false(await storage.updateTrial(id, { clearReports: true }, held(0, "a")));
      t.is(await storage.finishTrial(id, end, held(0, "a")), undefined);
    }
    t.is(await storage.finishTrial(free.id, end), 0, "who shows nothing is not asked");
  });
  law("of two holders that end one trial at once, the right one does", async (t, store) => {
    const { storage, other } = store;
    const { id } = await addTrial(store, { ...runningTrial(), ...heldBy(3, "new") });
    const ends = [held(2, "old"), held(3, "new"), held(2, "old")].map((shown, index) =>
      (index % 2 ? storage : other).finishTrial(id, { ...end, values: [index] }, shown),
    );
    t.deepEqual(await Promise.all(ends), [undefined, 0, undefined]);
    t.deepEqual((await readTrial(store, 0)).values, [1]);
  });
}

/** A worker's sign of life is the last that it gave, however many those were. */
export function signLaws(law: Law): void {
  law("signs of life are read by others, another one after each beat", async (t, store) => {
    const { storage, other, study } = store;
    t.is((await other.readSigns(["a"])).size, 0, "before anybody gave one");
    await storage.beat("a");
    const first = await other.readSigns(["a", "b"]);
    t.deepEqual([...first.keys()], ["a"]);
    const { mark, ageMs = 0 } = first.get("a")!;
    t.true(ageMs >= 0 && ageMs < 60_000, String(ageMs));
    t.is((await storage.readSigns(["a"])).get("a")?.mark, mark, "the same while it is silent");
    await other.inTurn(study.id, (turn) => turn.beat("a"));
    t.not((await storage.readSigns(["a"])).get("a")?.mark, mark);
  });
}

/** What an old program knows of a deleted study leads to nothing else. */
export function deletionLaws(law: Law): void {
  law("an id of a deleted study or trial is never given again", async (t, store) => {
    const { storage, other, study } = store;
    const ids = new Set([study.id]);
    const trialIds = new Set<number>();
    let newest = study;
    for (let round = 0; round < 4; round++) {
      const writer = round % 2 ? storage : other;
      for (const { id } of await writer.createTrials(newest.id, [runningTrial(), waiting()])) {
        t.false(trialIds.has(id), `trial ${id}`);
        trialIds.add(id);
      }
      await writer.deleteStudy(newest.id);
      newest = await writer.createStudy({ name: `s${round}`, directions: ["minimize"] });
      t.false(ids.has(newest.id), `study ${newest.id}`);
      ids.add(newest.id);
    }
    t.deepEqual(
      (await other.listStudies()).map(({ id, counts }) => [id, counts.running, counts.failed]),
      [[newest.id, 0, 0]],
    );
  });
  law("a program that knows a deleted study writes to no other", async (t, store) => {
    const { storage, other, study } = store;
    const old = await addTrial(store, { ...runningTrial(), ...heldBy(0, "a") });
    await storage.readTrials(study.id);
    await other.deleteStudy(study.id);
    const next = await other.createStudy({ name: "s", directions: ["maximize"] });
    const [trial] = await other.createTrials(next.id, [runningTrial()]);
    const gone = { instanceOf: StudyNotFoundError, message: /deleted/ };
    await t.throwsAsync(storage.createTrials(study.id, [runningTrial()]), gone);
    await t.throwsAsync(
      storage.inTurn(study.id, async () => t.fail("there is nothing to take a turn in")),
      gone,
    );
    await t.throwsAsync(storage.setStudyAttributes(study.id, { user: { a: 1 } }), gone);
    t.false(await storage.updateTrial(old.id, { reports: [{ step: 0, value: 1 }] }));
    t.is(await storage.finishTrial(old.id, end), undefined);
    t.deepEqual((await other.readTrials(next.id)).trials, [trial]);
    t.deepEqual((await other.findStudy("s"))?.userAttrs, {});
  });
}
