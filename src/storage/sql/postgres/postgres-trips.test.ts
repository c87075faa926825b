import test from "ava";
import { once } from "node:events";
import { join } from "node:path";
import { createStudy } from "../../../study/open-study.ts";
import { proxyTo } from "../../../testing/postgres/proxy.ts";
import { statementsIn } from "../../../testing/postgres/statements-in.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { float, searchSpace } from "../../../space/index.ts";
import { random } from "../../../../strategies/index.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

test("a trial takes two ways to the server and seven statements, alone and amid others", async (t) => {
  const folder = await tempFolder(t);
  let trips = 0;
  let statements = 0;
  const { server, end } = proxyTo(postgres.cluster.socket, () => ({
    toServer: (chunk) => {
      trips++;
      statements += statementsIn(chunk).length;
      return "pass";
    },
    toClient: () => "pass",
  }));
  server.listen(join(folder, ".s.PGSQL.5432"));
  await once(server, "listening");
  t.teardown(end);
  const url = await postgres.database();
  const urls = [url.replace(/host=.*/, `host=${encodeURIComponent(folder)}`), url];
  const definition = {
    ...{ name: "s", space: searchSpace({ x: float(0, 1) }), strategy: random() },
    objective: () => 1,
  };
  const studies = [];
  for (const each of urls) {
    const storage = await openStorage(each);
    t.teardown(() => storage.close());
    studies.push(await createStudy(definition, { storage, loadIfExists: true }));
  }
  const [study, other] = studies;
  const counted = async (where: string): Promise<void> => {
    [trips, statements] = [0, 0];
    await study.optimize({ trials: 40 });
    t.true(trips / 40 < 3, `${trips / 40} ways ${where}`);
    t.true(statements / 40 < 8.5, `${statements / 40} statements ${where}`);
  };
  await counted("alone");
  await Promise.all([counted("amid others"), other.optimize({ trials: 40 })]);
  await study.refresh();
  t.is(study.finished.length, 120);
});
