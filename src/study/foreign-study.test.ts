import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import {
  copyStudy,
  createStudy,
  float,
  HpoError,
  loadStudy,
  openStorage,
  openStudy,
  searchSpace,
} from "../index.ts";
import { hpoHere as hpo } from "../cli/fixtures/hpo-here.ts";
import { connectSqlite } from "../storage/sql/sqlite/sqlite-connection.ts";
import { tempFolder } from "../testing/temp-folder.ts";

// Distributions that Optuna stores and hpo can't draw from, as Optuna's tables hold them.

const categorical = (choices: string): string =>
  `{"name": "CategoricalDistribution", "attributes": {"choices": ${choices}}}`;

/** A parameter's distribution, its internal value, and how it is read. */
const STORED: Readonly<Record<string, readonly [json: string, value: number, read: unknown]>> = {
  tuple: [categorical("[[1, 2], [3, 4]]"), 1, [3, 4]],
  dict: [categorical('[{"a": 1}, null]'), 0, { a: 1 }],
  nan: [categorical("[NaN, 1]"), 0, NaN],
  twice: [categorical("[1, 1, 2]"), 1, 1],
  big: [categorical("[9007199254740993, 1]"), 0, "9007199254740993"],
  wide: [
    '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 0, "high": 9007199254740993}}',
    9007199254740992,
    9007199254740992,
  ],
};

async function withForeign(t: ExecutionContext) {
  const folder = await tempFolder(t);
  const path = join(folder, "hpo.db");
  const storage = await openStorage(path, { synchronous: "normal" });
  t.teardown(() => storage.close());
  const study = await createStudy({ name: "s" }, { storage });
  const ask = () => study.ask();
  const trial = (await ask())!;
  for (const name of Object.keys(STORED)) trial.suggestFloat(name, 0, 1e16);
  await study.tell(trial, 1);
  const connection = await connectSqlite(path);
  await connection.write(async (tx) => {
    for (const [name, [json, value]] of Object.entries(STORED)) {
      const sql = `update trial_params set distribution_json = ?, param_value = ? where param_name = ?`;
      await tx.all({ sql, parameters: [json, value, name] });
    }
    await tx.all({
      sql: "delete from study_system_attributes where key = 'hpo:versions'",
      parameters: [],
    });
  });
  await connection.close();
  return { folder, path, storage };
}

test.serial(
  "values that no parameter here can have are read, shown and copied as they are",
  async (t) => {
    const { folder, storage } = await withForeign(t);
    const { params } = (await loadStudy("s", { storage })).trials()[0];
    for (const [name, [, , read]] of Object.entries(STORED))
      t.deepEqual(params[name] as unknown, read, name);
    await copyStudy("s", "copy", { storage });
    t.deepEqual((await loadStudy("copy", { storage })).trials()[0].params, params);
    for (const words of ["list", "show s", "show s 0", "trials s", "best s", "export s"]) {
      const ran = await hpo(folder, `study ${words}`);
      t.is(ran.code, 0, `${words}: ${ran.err}`);
    }
    t.regex((await hpo(folder, "study trials s")).out, /tuple=\[3,4\]/);
    t.is((await hpo(folder, "study delete s --yes")).code, 0);
  },
);

test.serial("nothing is suggested from them, unless the space is declared", async (t) => {
  const { storage } = await withForeign(t);
  await t.throwsAsync((await loadStudy("s", { storage })).ask(), {
    instanceOf: HpoError,
    message: /"tuple" of trial 0 can be read but not suggested.*Declare the search space/s,
  });
  const space = searchSpace({ lr: float(0, 1) });
  const study = await openStudy({ name: "s", space }, { storage });
  t.deepEqual(Object.keys((await study.ask())!.params), ["lr"]);
});

test.serial(
  "a study whose direction was never set is shown so, and takes that of a definition",
  async (t) => {
    const { folder, path, storage } = await withForeign(t);
    const connection = await connectSqlite(path);
    const sql = "update study_directions set direction = 'NOT_SET'";
    await connection.write((tx) => tx.all({ sql, parameters: [] }));
    await connection.close();
    t.regex((await hpo(folder, "study list")).out, /not set/);
    const shown = await hpo(folder, "study show s");
    t.regex(shown.out, /direction not set/);
    t.notRegex(shown.out, /Best|infinitely bad/);
    t.regex(shown.out, /has no best trial: it does not say what is better\./);
    await t.throwsAsync(loadStudy("s", { storage }), {
      instanceOf: HpoError,
      message: /"s" has no direction.*says minimize or maximize/s,
    });
    const space = searchSpace({ lr: float(0, 1) });
    const study = await openStudy({ name: "s", space, direction: "maximize" }, { storage });
    for (const value of [3, 5, 4]) await study.tell((await study.ask())!, value);
    t.deepEqual(study.best.values, [5]);
    t.is((await hpo(folder, "study delete s --yes")).code, 0);
  },
);

test.serial("numbers may have gaps, and an unknown state is named", async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, "hpo.db");
  const storage = await openStorage(path, { synchronous: "normal" });
  const space = searchSpace({ x: float(0, 1) });
  // Even with gaps in the numbers, a trial's number is below its id.
  const before = await createStudy({ name: "before", space }, { storage });
  await before.optimize(({ params }) => params.x, { trials: 8 });
  const study = await createStudy({ name: "s", space }, { storage });
  await study.optimize(({ params }) => params.x, { trials: 3 });
  await storage.close();
  const run = async (sql: string): Promise<void> => {
    const connection = await connectSqlite(path);
    await connection.write((tx) => tx.all({ sql, parameters: [] }));
    await connection.close();
  };
  await run("update trials set number = 7 where number = 1 and study_id = 2");
  for (const words of ["list", "show s", "show s 2", "trials s", "best s", "export s"]) {
    const ran = await hpo(folder, `study ${words}`);
    t.is(ran.code, 0, `${words}: ${ran.err}`);
  }
  t.regex((await hpo(folder, "study show s 1")).err, /no trial 1/);
  await run("update trials set state = 'PAUSED' where number = 2 and study_id = 2");
  t.is((await hpo(folder, "study list")).code, 0);
  for (const words of ["show s", "trials s", "replay s"]) {
    const ran = await hpo(folder, `study ${words}`);
    t.regex(ran.err, /^hpo: Trial 2 has the state "PAUSED", which is not known here/, words);
  }
});
