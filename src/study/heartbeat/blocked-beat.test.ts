import { join } from "node:path";
import test from "ava";
import { openStorage } from "../../index.ts";
import { loadSqlite } from "../../storage/sql/sqlite/sqlite-driver.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { blockedBeat } from "./blocked-beat.ts";

// A user would miss: a trial that trains for minutes without yielding, and is not run twice.

test("a process whose thread is blocked gives its signs of life", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  await storage.beat("another");
  const database = (await loadSqlite())(path, { timeout: 1000 });
  const signs = database.prepare("select seen from hpo_holders where holder = 'blocked'");
  const beat = blockedBeat(storage.url, "blocked", 200);
  const nap = new Int32Array(new SharedArrayBuffer(4));
  const seen = new Set<unknown>();
  // From here on the event loop is blocked.
  for (let waits = 0; seen.size < 2 && waits < 600; waits++) {
    Atomics.wait(nap, 0, 0, 100);
    const sign = signs.get() as { seen: string } | undefined;
    if (sign) seen.add(sign.seen);
  }
  beat.end();
  database.close();
  t.is(seen.size, 2, "one sign after the other");
  t.true((await storage.readSigns(["blocked"])).has("blocked"));
  await storage.close();
});
