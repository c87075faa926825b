import test, { type ExecutionContext } from "ava";
import { join } from "node:path";
import {
  createStudy,
  float,
  openStorage,
  openStudy,
  replay,
  searchSpace,
  strategyOf,
  TrialLostError,
  type Storage,
  type Study,
  type StudyEvent,
  type TrialLease,
} from "../index.ts";
import type { Runner } from "../contracts/runner.ts";
import { connectSqlite } from "../storage/sql/sqlite/sqlite-connection.ts";
import { SIGN_TABLE } from "../storage/sql/signs.ts";
import { thisProcess } from "../system/process-identity.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { random, tpe } from "../../strategies/index.ts";
import { engineOf } from "./study-internals.ts";
import type { OptimizeOptions } from "./run-options.ts";
import type { Asked } from "./trial/start-attributes.ts";

// Several processes on one study, each with a connection of its own.

const definition = { name: "s", space: searchSpace({ x: float(0, 1) }), strategy: random() };

async function opener(t: ExecutionContext, extra: object = {}) {
  const path = join(await tempFolder(t), "hpo.db");
  return {
    path,
    open: async (): Promise<Study> => {
      const storage = await openStorage(path, { synchronous: "normal" });
      t.teardown(() => storage.close());
      return openStudy({ ...definition, ...extra }, { storage });
    },
  };
}

const pause = () => new Promise((resolve) => setImmediate(resolve));

/** Runs several trials at once in this thread, each for some turns of the event loop. */
const runner = (slots: number, objective: (number: number) => unknown = () => 1): Runner => ({
  slots,
  run: async (trial) => {
    for (let turns = trial.number % 4; turns >= 0; turns--) await pause();
    return { kind: "returned", result: objective(trial.number) };
  },
  close: async () => {},
});

test("a trial's worker has given a sign of life as soon as others can see the trial", async (t) => {
  const { open } = await opener(t);
  const [study, other] = [await open(), await open()];
  await study.ask();
  await other.refresh();
  const [{ systemAttrs }] = other.trials("running");
  const { worker } = systemAttrs["hpo:lease"] as TrialLease;
  t.deepEqual([...(await other.storage.readSigns([worker])).keys()], [worker]);
});

const notesOf = (study: Study): string[] => {
  const notes: string[] = [];
  study.subscribe((event: StudyEvent) => {
    if (event.type === "note") notes.push(event.message);
  });
  return notes;
};

test("asks of one turn of the event loop take one turn of the study, and know of each other", async (t) => {
  const { path } = await opener(t);
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  let turns = 0;
  const counted: Storage = {
    ...storage,
    inTurn: (id, work) => {
      turns++;
      return storage.inTurn(id, work);
    },
  };
  const strategy = tpe({ startTrials: 2 });
  const study = await createStudy({ ...definition, strategy }, { storage: counted });
  for (const value of [1, 2, 3]) await study.tell((await study.ask())!, value);
  turns = 0;
  const trials = await Promise.all(Array.from({ length: 8 }, () => study.ask()));
  t.is(turns, 1);
  t.deepEqual(
    trials.map((trial) => trial?.number),
    [3, 4, 5, 6, 7, 8, 9, 10],
  );
  const asked = study.trials("running").map(({ systemAttrs }) => systemAttrs["hpo:asked"] as Asked);
  t.deepEqual(
    asked.map(({ finished, except, also }) => [finished, except, also]),
    Array(8).fill([3, undefined, undefined]),
    "those of lower numbers that had not finished are pending",
  );
  for (const trial of trials) await study.tell(trial!, trial!.number);
  t.true((await replay(study, strategyOf)).every(({ same }) => same));
});

test("more asks than one turn answers are answered in the order in which they came", async (t) => {
  const study = await createStudy(definition);
  const trials = await Promise.all(Array.from({ length: 150 }, () => study.ask()));
  t.deepEqual(
    trials.map((trial) => trial?.number),
    Array.from({ length: 150 }, (_, index) => index),
  );
});

test("several processes give a study exactly its total, queued and failing trials among them", async (t) => {
  const { open } = await opener(t);
  const studies = [await open(), await open(), await open()];
  for (const x of [0.1, 0.2, 0.3]) await studies[0].enqueue({ x });
  const runs = studies.map((study) =>
    engineOf(study).optimizeWith(
      runner(4, (number) => (number % 5 === 4 ? NaN : number)),
      { total: 40, workers: 4 },
    ),
  );
  t.deepEqual([...new Set(await Promise.all(runs))], ["the study has its 40 trials"]);
  const last = await open();
  await last.refresh();
  t.is(last.trials().length, 40);
  t.is(last.finished.length, 40);
  t.is(last.counts.failed, 8);
});

/** Makes a trial look as if its process ran in a container. @returns a function that silences it */
async function moveElsewhere(path: string, study: Study, number: number) {
  const elsewhere = { ...thisProcess(), host: "web-1", pidNamespace: "pid:[7]" };
  const { history } = engineOf(study).state;
  const id = history.idOf(number);
  const lease = history.get(number)?.systemAttrs["hpo:lease"] as TrialLease;
  const system = { "hpo:runner": elsewhere, "hpo:lease": { ...lease, worker: "w" } };
  await study.storage.beat("w");
  await study.storage.updateTrial(id, { attributes: { system } });
  const silence = async (ms: number): Promise<void> => {
    const connection = await connectSqlite(path);
    const sql = `update ${SIGN_TABLE} set beat_ms = beat_ms - ${ms} where holder = 'w'`;
    await connection.write((tx) => tx.all({ sql, parameters: [] }));
    await connection.close();
  };
  return silence;
}

test("a trial that is asked for as another ends knows of that end: what is enough is enough", async (t) => {
  const { open } = await opener(t);
  const study = await open();
  for (const slots of [1, 3]) {
    const before = study.finished.length;
    const run = (options: OptimizeOptions, objective?: (number: number) => unknown) =>
      engineOf(study).optimizeWith(runner(slots, objective), { workers: slots, ...options });
    const ran = (): number => study.finished.length - before;
    await run({ trials: 7 });
    t.is(ran(), 7);
    const enough = ({ finished }: { readonly finished: readonly unknown[] }) =>
      finished.length >= before + 12 ? "enough" : undefined;
    t.is(await run({ until: enough }), "enough");
    t.true(ran() >= 12 && ran() < 12 + slots, `${ran()} trials, ${slots} at once`);
    const known = ran();
    await t.throwsAsync(run({}, (number) => (number === before + known ? "none" : number)));
    t.true(ran() > known && ran() < known + 2 * slots, `${ran()} trials`);
    await run({ trials: 100, onTrial: () => study.stop() });
    t.is(study.trials("running").length, 0);
  }
  const replayed = await replay(study, strategyOf);
  t.true(replayed.every(({ same }) => same));
  const asked = study.finished.map(({ systemAttrs }) => systemAttrs["hpo:asked"] as Asked);
  t.is(asked[3].finished, 3, "one after the other");
});

test("a trial of another namespace is left alone until its process is silent, and then taken over", async (t) => {
  const { path, open } = await opener(t);
  const [first, second] = [await open(), await open()];
  const notes = notesOf(first);
  const trial = (await first.ask())!;
  trial.report(1, 0);
  trial.report(2, 1);
  await engineOf(first).state.writer.settle(trial.id);
  const silence = await moveElsewhere(path, first, 0);

  await silence(59_000);
  t.is((await second.ask())?.number, 1, "it may still live");
  await silence(2000);
  const taken = (await second.ask())!;
  t.deepEqual([taken.number, taken.params, taken.reports], [0, trial.params, []]);

  trial.report(3, 5);
  await engineOf(first).state.writer.settle(trial.id);
  await pause();
  await first.refresh();
  t.true(trial.signal.aborted);
  t.regex(notes.join("\n"), /Trial 0 was taken over by .* nothing more is kept of this attempt/);
  await t.throwsAsync(first.tell(trial, 9), {
    instanceOf: TrialLostError,
    message: /trial 0 was taken over by/,
  });

  taken.report(7, 2);
  await second.tell(taken, 5);
  await first.refresh();
  const [ended] = first.trials();
  t.like(ended, { state: "complete", values: [5], reports: [{ step: 2, value: 7 }] });
});

test("a silent process keeps its trial until another one really took it over", async (t) => {
  const { path, open } = await opener(t);
  const first = await open();
  const trial = (await first.ask())!;
  const silence = await moveElsewhere(path, first, 0);
  await silence(1e6);
  trial.report(1, 0);
  t.is((await first.tell(trial, 2)).state, "complete");
  t.deepEqual(first.trials()[0].reports, [{ step: 0, value: 1 }]);
});

test("a run waits for a trial that is held elsewhere, says so, and runs it once it is free", async (t) => {
  const { path, open } = await opener(t);
  const [first, second] = [await open(), await open()];
  await first.ask();
  const silence = await moveElsewhere(path, first, 0);
  engineOf(second).state.setLease(4000);
  const notes = notesOf(second);
  const run = engineOf(second).optimizeWith(runner(2), { total: 3, workers: 2 });
  while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  t.is(second.counts.complete, 2);
  t.regex(
    notes[0],
    /Trial 0 is held by host web-1 since .*Z.* free again at .*Z .* `hpo study requeue s 0`/,
  );
  await silence(61_000);
  t.is(await run, "the study has its 3 trials");
  t.is(notes.length, 1);
  t.deepEqual(
    second.trials().map(({ state }) => state),
    ["complete", "complete", "complete"],
  );
});

test("a run does not end well without a trial of which nothing tells whether it lives", async (t) => {
  const { open } = await opener(t);
  const [first, second] = [await open(), await open()];
  const trial = (await first.ask())!;
  // A trial as earlier versions wrote it, on another host.
  const runnerBefore = { host: "web-1", boot: "b", pid: 7, start: "1" };
  const system = { "hpo:runner": runnerBefore, "hpo:lease": undefined };
  await first.storage.updateTrial(trial.id, { attributes: { system } });
  await t.throwsAsync(engineOf(second).optimizeWith(runner(2), { total: 3, workers: 2 }), {
    message: /Trial 0 is held by host web-1, started by an earlier version.*requeue s 0`/,
  });
  t.is(second.counts.complete, 2, "all others were run");
});

test("a trial that another process ended while it ran here ends no run", async (t) => {
  const { open } = await opener(t);
  const [first, second] = [await open(), await open()];
  const notes = notesOf(first);
  await engineOf(first).optimizeWith(
    {
      ...runner(1),
      run: async ({ number }) => {
        if (number === 1) await second.tell(1, undefined, { state: "failed" });
        return { kind: "returned", result: number };
      },
    },
    { trials: 4 },
  );
  t.deepEqual(
    first.trials().map(({ state }) => state),
    ["complete", "failed", "complete", "complete"],
  );
  t.regex(notes.join("\n"), /Trial 1 .*already failed/);
});
