import test, { type ExecutionContext } from "ava";
import { setTimeout as sleep } from "node:timers/promises";
import { statusOf } from "../../../cli/show/status-of.ts";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import { inlineRunner } from "../../../runner/inline.ts";
import { grid } from "../../../../strategies/index.ts";
import { float, int, searchSpace } from "../../../space/index.ts";
import { enterStudy } from "../../../study/heartbeat/presence.ts";
import { openStudy } from "../../../study/open-study.ts";
import { engineOf } from "../../../study/study-internals.ts";
import { viewStudy } from "../../../study/study-view.ts";
import { workerId } from "../../../system/process-identity.ts";
import { watchedUrl } from "../../../testing/postgres/watched-url.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

type Definition = Parameters<typeof openStudy>[0];

/** A study whose one trial a far worker holds, and a run here that waits for it. */
async function waitingRun(t: ExecutionContext, definition: Definition, total?: number) {
  const statements: string[] = [];
  const url = await postgres.database();
  const watched = await watchedUrl(t, postgres.cluster.socket, url, (seen) =>
    statements.push(...seen),
  );
  const [storage, other] = [await openStorage(watched), await openStorage(url)];
  t.teardown(() => Promise.all([storage.close(), other.close()]));
  const theirs = await openStudy(definition, { storage: other });
  const far = engineOf(theirs);
  const given = await far.askFor({ worker: "far", slot: "0", host: "far" }, total);
  t.is(given.kind, "trial");

  const study = await openStudy(definition, { storage });
  const { state } = engineOf(study);
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  const leave = await enterStudy(state);
  const options = { total, workers: 4 };
  const run = engineOf(study).optimizeWith(
    inlineRunner(() => 1, { slots: 4 }),
    options,
  );
  const isHeld = (note: string): boolean => note.startsWith("Trial 0 is held by host far");
  while (!notes.some(isHeld)) await sleep(20);

  // Slots look every 500 ms; so does this, which is as late as they are where the machine is busy.
  statements.length = 0;
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 500);
  while (ticks < 4) await sleep(20);
  clearInterval(ticking);
  t.true(statements.length > 0);
  t.true(statements.length <= 4 * 4 * 6, `${statements.length} statements in ${ticks} looks`);
  const locking = statements.filter((text) => text.includes("for update"));
  t.deepEqual(locking, []);
  return { theirs, far, other, run, leave };
}

// A user would miss: seeing who waits, and a database that has nothing to do while all wait.
test("a worker without work is seen as idle, seldom looks, and locks nothing", async (t) => {
  const definition = { name: "s", space: searchSpace({ x: float(0, 1) }) };
  const { far, other, run, leave } = await waitingRun(t, definition, 1);
  const status = await statusOf(await viewStudy("s", other));
  t.like(
    status.workers.find(({ worker }) => worker === workerId),
    { state: "idle", running: 0 },
  );

  await far.end(0, { state: "complete", values: [2] });
  t.is(await run, "the study has its 1 trial");
  await leave();
  const left = Object.keys((await other.findStudy("s"))!.systemAttrs);
  t.deepEqual(
    left.filter((key) => key.startsWith(ATTRIBUTE.worker)),
    [],
  );
});

// A user would miss: workers of a grid's last trial that keep those who work from the database.
test("a worker whose grid is exhausted locks nothing, and sees a trial that is queued", async (t) => {
  const definition = {
    ...{ name: "s", space: searchSpace({ x: int(0, 0) }), strategy: grid() },
  };
  const { theirs, far, run, leave } = await waitingRun(t, definition);
  await theirs.enqueue({ x: 0 });
  while (theirs.finished.length === 0) {
    await sleep(100);
    await theirs.refresh();
  }
  await far.end(0, { state: "complete", values: [2] });
  t.is(await run, "nothing is left to suggest");
  await leave();
});
