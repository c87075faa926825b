import test from "ava";
import { setTimeout as sleep } from "node:timers/promises";
import { statusOf } from "../../../cli/show/status-of.ts";
import { ATTRIBUTE } from "../../../contracts/attributes.ts";
import { inlineRunner } from "../../../runner/inline.ts";
import { float, searchSpace } from "../../../space/index.ts";
import { enterStudy } from "../../../study/heartbeat/presence.ts";
import { openStudy } from "../../../study/open-study.ts";
import { engineOf } from "../../../study/study-internals.ts";
import { viewStudy } from "../../../study/study-view.ts";
import { workerId } from "../../../system/process-identity.ts";
import { watchedUrl } from "../../../testing/postgres/watched-url.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

// A user would miss: seeing who waits, and a database that has nothing to do while all wait.
test("a worker without work is seen as idle, seldom looks, and locks nothing", async (t) => {
  const statements: string[] = [];
  const url = await postgres.database();
  const watched = await watchedUrl(t, postgres.cluster.socket, url, (seen) =>
    statements.push(...seen),
  );
  const [storage, other] = [await openStorage(watched), await openStorage(url)];
  t.teardown(() => Promise.all([storage.close(), other.close()]));
  const definition = { name: "s", space: searchSpace({ x: float(0, 1) }) };
  const far = engineOf(await openStudy(definition, { storage: other }));
  const given = await far.askFor({ worker: "far", slot: "0", host: "far" }, 1);
  t.is(given.kind, "trial");

  const study = await openStudy(definition, { storage });
  const { state } = engineOf(study);
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  const leave = await enterStudy(state);
  const options = { total: 1, workers: 4 };
  const run = engineOf(study).optimizeWith(
    inlineRunner(() => 1, { slots: 4 }),
    options,
  );
  while (notes.length === 0) await sleep(20);
  t.regex(notes[0], /Trial 0 is held by host far/);

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
