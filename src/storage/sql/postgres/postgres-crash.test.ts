import test from "ava";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { cuttingProxy } from "../../../testing/postgres/cutting-proxy.ts";
import { runSql } from "../../../testing/postgres/run-sql.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { runningTrial } from "../../../testing/storage-samples.ts";
import { openStorage } from "../../open-storage.ts";

// What is not committed is not on the disk, whatever else the server does meanwhile.
const postgres = withPostgres(test, { wal_writer_delay: "10s" });

postgres.serial("a write that a crash lost is made again, though others got its id", async (t) => {
  const url = await postgres.database();
  const proxy = await cuttingProxy(t, postgres.cluster.socket);
  const place = proxy.url(url);
  const storage = await openStorage(place);
  t.teardown(() => storage.close());
  const { id: study } = await storage.createStudy({ name: "s", directions: ["minimize"] });
  const [{ id }] = await storage.createTrials(study, [runningTrial()]);
  const socket = join(new URL(place).searchParams.get("host")!, ".s.PGSQL.5432");

  proxy.cutAt("commit\0", "before");
  const report = { reports: [{ step: 3, value: 0.5 }] };
  const written = storage.updateTrial(id, report);
  while (proxy.cuts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await rename(socket, `${socket}-away`);
  await postgres.cluster.restart();
  for (let i = 0; i < 20; i++) await runSql(url, "select pg_current_xact_id()");
  await rename(`${socket}-away`, socket);

  t.true(await written);
  const { trials } = await storage.readTrials(study);
  t.deepEqual(trials[0].reports, report.reports);
});
