import test from "ava";
import { once } from "node:events";
import { join } from "node:path";
import { createStudy } from "../../../study/open-study.ts";
import { proxyTo } from "../../../testing/postgres/proxy.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { float, searchSpace } from "../../../space/index.ts";
import { random } from "../../../../strategies/index.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

test("a trial takes two ways to the server, alone and amid others", async (t) => {
  const folder = await tempFolder(t);
  let trips = 0;
  const { server, end } = proxyTo(postgres.cluster.socket, () => ({
    toServer: () => {
      trips++;
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
  const counted = async (): Promise<number> => {
    trips = 0;
    await study.optimize({ trials: 40 });
    return trips / 40;
  };
  const alone = await counted();
  t.true(alone < 3, `${alone} ways alone`);
  const [amid] = await Promise.all([counted(), other.optimize({ trials: 40 })]);
  t.true(amid < 3, `${amid} ways amid others`);
  await study.refresh();
  t.is(study.finished.length, 120);
});
