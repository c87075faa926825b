import test from "ava";
import { createStudy } from "../../../study/open-study.ts";
import { watchedUrl } from "../../../testing/postgres/watched-url.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { float, searchSpace } from "../../../space/index.ts";
import { random } from "../../../../strategies/index.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

test("a trial takes two ways to the server and seven statements, alone and amid others", async (t) => {
  let trips = 0;
  let statements = 0;
  const url = await postgres.database();
  const watched = await watchedUrl(t, postgres.cluster.socket, url, (seen) => {
    trips++;
    statements += seen.length;
  });
  const urls = [watched, url];
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
