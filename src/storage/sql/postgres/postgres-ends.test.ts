import test, { type ExecutionContext } from "ava";
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { runSql } from "../../../testing/postgres/run-sql.ts";
import { completedAt, runningTrial } from "../../../testing/storage-samples.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

const end = { state: "complete", values: [1], completedAt } as const;

/** A study with running trials, in two storages of one database. */
async function shared(t: ExecutionContext, trials: number) {
  const url = await postgres.database();
  const [storage, other] = [await openStorage(url), await openStorage(url)];
  t.teardown(() => Promise.all([storage.close(), other.close()]));
  const { id: study } = await storage.createStudy({ name: "s", directions: ["minimize"] });
  const added = await storage.createTrials(study, Array.from({ length: trials }, runningTrial));
  return { url, storage, other, study, ids: added.map(({ id }) => id) };
}

postgres.test("a trial ends while another process is in a turn of its study", async (t) => {
  const { storage, other, study, ids } = await shared(t, 3);
  // The first end adds the count of ends to the study, which it locks for that.
  t.is(await storage.finishTrial(ids[2], end), 0);
  let isIn = (): void => {};
  let leave = (): void => {};
  const inside = new Promise<void>((resolve) => (isIn = resolve));
  const left = new Promise<void>((resolve) => (leave = resolve));
  const turn = storage.inTurn(study, async (turn) => {
    const { trials } = await turn.changes();
    isIn();
    await left;
    const [added] = await turn.createTrials([runningTrial()]);
    return { states: trials.map(({ state }) => state), number: added.number };
  });
  await inside;
  t.is(await Promise.race([other.finishTrial(ids[1], end), sleep(3000, "it waits")]), 1);
  leave();
  t.deepEqual(await turn, { states: ["running", "running", "complete"], number: 3 });
  t.is(await storage.finishTrial(ids[0], end), 2, "finish indexes ascend in the order of ends");
});

postgres.test("a study is deleted as one of its trials ends", async (t) => {
  const { url, storage, study, ids } = await shared(t, 1);
  const ending = new pg.Client({ connectionString: url });
  await ending.connect();
  t.teardown(() => ending.end());
  await ending.query("begin");
  await ending.query("update trials set state = 'COMPLETE' where trial_id = $1", ids);
  const deleted = storage.deleteStudy(study);
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await runSql(url, waiting)).length === 0) await sleep(20);
  const value = "insert into trial_values (trial_id, objective, value, value_type)";
  await ending.query(`${value} values ($1, 0, 1, 'FINITE')`, ids);
  await ending.query("commit");
  await deleted;
  t.deepEqual(await storage.listStudies(), []);
});
