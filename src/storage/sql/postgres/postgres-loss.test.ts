import test, { type ExecutionContext } from "ava";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import type { Cursor, Storage, StudyRecord } from "../../../contracts/storage.ts";
import { StorageError, TurnLostError } from "../../../errors/errors.ts";
import { cuttingProxy } from "../../../testing/postgres/cutting-proxy.ts";
import { runSql } from "../../../testing/postgres/run-sql.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { completedAt, runningTrial } from "../../../testing/storage-samples.ts";
import { float, searchSpace } from "../../../space/index.ts";
import { openStudy } from "../../../study/open-study.ts";
import { engineOf } from "../../../study/study-internals.ts";
import { studyKey } from "../../../study/study-key.ts";
import { coordinate } from "../../../workers/coordinator.ts";
import { definitionFacts } from "../../../workers/definition-facts.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

const end = { state: "complete", values: [1], completedAt } as const;
const newStudy = (storage: Storage): Promise<StudyRecord> =>
  storage.createStudy({ name: "s", directions: ["minimize"] });
const lease = (id: string) => ({ [ATTRIBUTE.lease]: { attempt: 0, id } });
/** Each trial's state and finish index. */
async function read(storage: Storage, { id }: StudyRecord) {
  const { trials } = await storage.readTrials(id);
  return trials.map(({ number, state, systemAttrs }) => [
    number,
    state,
    systemAttrs[ATTRIBUTE.finishIndex],
  ]);
}

for (const when of ["before", "after"] as const) {
  postgres.serial(`a commit whose answer is lost is looked up: cut ${when} it`, async (t) => {
    const proxy = await cuttingProxy(t, postgres.cluster.socket);
    const storage = await openStorage(proxy.url(await postgres.database()));
    t.teardown(() => storage.close());
    const study = await newStudy(storage);

    proxy.cutAt("commit\0", when);
    const [first] = await storage.createTrials(study.id, [runningTrial()]);
    t.is(proxy.cuts, 1);
    t.deepEqual(await read(storage, study), [[0, "running", undefined]], "added once");

    proxy.cutAt("commit\0", when);
    t.is(await storage.finishTrial(first.id, end), 0);
    t.is(proxy.cuts, 2);
    t.deepEqual(await read(storage, study), [[0, "complete", 0]], "finished once");

    proxy.cutAt("commit\0", when);
    let runs = 0;
    const turn = storage.inTurn(study.id, (turn) => {
      runs++;
      return turn.createTrials([runningTrial()]);
    });
    if (when === "before") await t.throwsAsync(turn, { instanceOf: TurnLostError });
    else t.is((await turn)[0].number, 1);
    t.is(runs, 1, "the work of a turn is never run twice");
    t.is((await read(storage, study)).length, when === "before" ? 1 : 2);
    t.is(proxy.cuts, 3);
  });
}

postgres.serial("who says so waits for a server that is away, until told otherwise", async (t) => {
  const folder = await tempFolder(t);
  const url = new URL(await postgres.database());
  url.searchParams.set("host", folder);
  const told = new AbortController();
  setTimeout(() => told.abort(), 100);
  await t.throwsAsync(openStorage(url.href, { waiting: told.signal }), { name: "AbortError" });
  const found = openStorage(url.href, { waiting: new AbortController().signal });
  setTimeout(() => symlinkSync(postgres.cluster.socket, join(folder, ".s.PGSQL.5432")), 200);
  const storage = await found;
  t.deepEqual(await storage.listStudies(), []);
  await storage.close();
});

/** A study whose connection to the server may be cut, and a second storage with none cut. */
async function besideAnother(t: ExecutionContext) {
  const proxy = await cuttingProxy(t, postgres.cluster.socket);
  const url = await postgres.database();
  const storage = await openStorage(proxy.url(url));
  t.teardown(() => storage.close());
  const other = await openStorage(url);
  t.teardown(() => other.close());
  const study = await newStudy(storage);
  return { proxy, storage, other, study };
}

postgres.serial(
  "amid other writers, too, what the disk has yet to confirm is looked up",
  async (t) => {
    const { proxy, storage, other, study } = await besideAnother(t);
    const started = {
      ...runningTrial(),
      systemAttrs: { [ATTRIBUTE.lease]: { attempt: 0, id: "a" } },
    };
    const [first] = await storage.createTrials(study.id, [started]);
    const cursor = async () => (await storage.readTrials(study.id)).cursor;

    const write = () => storage.updateTrial(first.id, { attributes: { user: { a: 1 } } });
    /** Others write between two writes of this storage, and the second one is cut. */
    const amidOthers = async (when: "before" | "after") => {
      await write();
      await other.createTrials(study.id, [runningTrial()]);
      await write();
      proxy.cutAt("pg_logical_emit_message", when);
    };
    for (const when of ["before", "after"] as const) {
      await amidOthers(when);
      const turn = storage.inTurn(
        study.id,
        async (turn) => turn.createTrials([{ ...started, systemAttrs: lease(when) }], true),
        await cursor(),
      );
      if (when === "before") await t.throwsAsync(turn, { instanceOf: TurnLostError });
      else t.is((await turn)[0].number, 3);
    }
    for (const [index, when] of (["before", "after"] as const).entries()) {
      await amidOthers(when);
      const { id } = (await storage.readNumbered(study.id, [1 - index]))[0];
      t.is(await storage.finishTrial(id, end), index);
    }
    t.is(proxy.cuts, 4);
    const states = (await read(other, study)).map((row) => row.slice(1).join(" "));
    t.deepEqual(states.slice(0, 2), ["complete 1", "complete 0"]);
    t.deepEqual(new Set(states.slice(2)), new Set(["running "]));
    t.is(states.length, 6);
  },
);

for (const isAmid of [false, true]) {
  const where = isAmid ? "amid others" : "alone";
  postgres.serial(
    `an end that is lost with the turn behind it comes to pass once: ${where}`,
    async (t) => {
      const { proxy, storage, other, study } = await besideAnother(t);
      let cursor: Cursor | undefined;
      let index = 0;
      // Sent at once: the first transaction's start and end, then the turn's start.
      for (const text of ["begin", isAmid ? "commit; select" : "commit\0", 'from "studies"']) {
        for (const when of ["before", "after"] as const) {
          const started = { ...runningTrial(), systemAttrs: lease("a") };
          const [{ id }] = await storage.createTrials(study.id, [started]);
          ({ cursor } = await storage.readTrials(study.id, cursor));
          if (isAmid) {
            await other.createTrials(study.id, [{ ...runningTrial(), state: "waiting" }]);
            await storage.updateTrial(id, { attributes: { user: { a: 1 } } });
          }
          proxy.cutAt(text, when);
          const ended = storage.finishTrial(id, end, { attempt: 0, lease: "a" });
          let runs = 0;
          const turn = storage.inTurn(
            study.id,
            async (turn) => {
              runs++;
              const { trials } = await turn.changes(cursor);
              t.is(trials.find((trial) => trial.id === id)?.state, "complete");
            },
            cursor,
          );
          t.is(await ended, index++, `${text} ${when}`);
          await turn;
          t.is(runs, 1);
          t.is(proxy.cuts, index);
        }
      }
      const ends = (await read(other, study)).filter(([, state]) => state === "complete");
      t.deepEqual(
        ends.map(([, , place]) => place),
        [0, 1, 2, 3, 4, 5],
      );
    },
  );
}

postgres.serial("a storage goes on where it was when the server starts again", async (t) => {
  const storage = await openStorage(await postgres.database());
  t.teardown(() => storage.close());
  const study = await newStudy(storage);
  const [first] = await storage.createTrials(study.id, [runningTrial()]);
  const { cursor } = await storage.readTrials(study.id);

  const lost = storage.inTurn(study.id, async (turn) => {
    await turn.createTrials([runningTrial()]);
    await postgres.cluster.restart();
    await turn.createTrials([runningTrial()]);
  });
  const write = storage.updateTrial(first.id, { reports: [{ step: 0, value: 1 }] });
  await t.throwsAsync(lost, { instanceOf: TurnLostError });
  t.true(await write, "a write that was called meanwhile comes to pass");
  const { trials } = await storage.readTrials(study.id, cursor);
  t.deepEqual(
    trials.map(({ number, reports }) => [number, reports.length]),
    [[0, 1]],
  );
  t.is(await storage.finishTrial(first.id, end), 0);
});

postgres.serial("a server that ends a connection loses no write", async (t) => {
  const url = await postgres.database();
  const storage = await openStorage(url);
  t.teardown(() => storage.close());
  const study = await newStudy(storage);
  for (let round = 0; round < 3; round++) {
    await runSql(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const [{ id }] = await storage.createTrials(study.id, [runningTrial()]);
    t.is(await storage.finishTrial(id, end), round);
  }
});

postgres.serial("a worker starts though the server loses its first turns", async (t) => {
  const proxy = await cuttingProxy(t, postgres.cluster.socket);
  const storage = await openStorage(proxy.url(await postgres.database()));
  t.teardown(() => storage.close());
  const space = searchSpace({ x: float(0, 1) });
  const artifacts = await tempFolder(t);
  const open = (folder: string) =>
    openStudy({ name: "s", space, artifacts: join(artifacts, folder) }, { storage });
  await open("first");
  proxy.cutAt("hpo:folders", "before");
  const { state } = engineOf(await open("second"));
  proxy.cutAt("commit\0", "before");
  const key = await studyKey(state);
  proxy.cutAt("commit\0", "before");
  t.is(await studyKey(state), key);
  t.is(proxy.cuts, 3);
});

postgres.serial(
  "a coordinator begins though the server loses its workers' heartbeats",
  async (t) => {
    const url = await postgres.database();
    const definition = { name: "s", space: searchSpace({ x: float(0, 1) }) };
    const earlier = await openStorage(url);
    t.teardown(() => earlier.close());
    const study = await openStudy(definition, { storage: earlier });
    await engineOf(study).askFor({ worker: "w", slot: "0", host: "h" }, undefined);

    const proxy = await cuttingProxy(t, postgres.cluster.socket);
    const storage = await openStorage(proxy.url(url));
    t.teardown(() => storage.close());
    const again = await openStudy(definition, { storage });
    proxy.cutAt("insert into hpo_holders", "before");
    const coordinator = await coordinate(again, { definition: definitionFacts(definition) });
    t.teardown(() => coordinator.close());
    t.is(proxy.cuts, 1);
    t.true((await storage.readSigns(["w"])).has("w"));
  },
);

postgres.serial("a storage that was closed says so", async (t) => {
  const storage = await openStorage(await postgres.database());
  await storage.close();
  await t.throwsAsync(storage.listStudies(), { instanceOf: StorageError, message: /was closed/ });
});
