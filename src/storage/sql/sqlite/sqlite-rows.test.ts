import test from "ava";
import { join } from "node:path";
import { StorageError } from "../../../errors/errors.ts";
import { floatDistribution } from "../../../space/distribution.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";
import { connectSqlite } from "./sqlite-connection.ts";

/* What another program left in the rows is told by its place; nothing else of the database is kept from who reads it. */

const study = { name: "s", directions: ["minimize"] } as const;
const query = (sql: string) => ({ sql, parameters: [] });
const noParts = { reports: [], userAttrs: {}, systemAttrs: {} };

test("a parameter that can't be read is named with its trial", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy(study);
  const x = { kind: "float", low: 0, high: 1, log: false } as const;
  await storage.createTrials(id, [
    { state: "running", params: { x: 1 }, distributions: { x }, ...noParts },
  ]);
  const connection = await connectSqlite(path);
  t.teardown(() => connection.close());
  const spoil = (json: string) =>
    connection.write((tx) => tx.all(query(`update trial_params set distribution_json = ${json}`)));
  await spoil(`'{"name": "TensorDistribution", "attributes": {}}'`);
  const other = /hpo\.db.*"x" of trial 0.*TensorDistribution.*library that wrote/s;
  await t.throwsAsync(storage.readTrials(id), { instanceOf: StorageError, message: other });
  await spoil("null");
  const lacking = /hpo\.db.*trial 0: parameter "x" has no distribution.*Restore a backup/s;
  await t.throwsAsync(storage.readTrials(id), { instanceOf: StorageError, message: lacking });
});
test("an attribute that is no JSON is named with its trial or study", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy({ ...study, userAttrs: { a: 1 } });
  await storage.createTrials(id, [
    { state: "running", params: {}, distributions: {}, ...noParts, userAttrs: { b: 1 } },
  ]);
  const spoil = async (table: string) => {
    const connection = await connectSqlite(path);
    await connection.write((tx) => tx.all(query(`update ${table} set value_json = '{oops'`)));
    await connection.close();
  };
  const named = (message: RegExp) => ({ instanceOf: StorageError, message });
  await spoil("trial_user_attributes");
  await t.throwsAsync(storage.readTrials(id), named(/trial 0: attribute "b" can't be read.*oops/));
  await spoil("study_user_attributes");
  const unreadable = /study "s": attribute "a" can't be read.*oops/;
  await t.throwsAsync(storage.findStudy("s"), named(unreadable));
  const [listed] = await storage.listStudies();
  t.is(listed.name, "s");
  t.regex(listed.unreadable!, unreadable);
  await storage.deleteStudy(listed.id);
  t.deepEqual(await storage.listStudies(), []);
});

test("a cell that no program writes is named, with its place and what it holds", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy(study);
  const x = floatDistribution(0, 1);
  await storage.createTrials(id, [
    {
      ...{ state: "complete", params: { x: 0.5 }, distributions: { x }, ...noParts, values: [1] },
      ...{ reports: [{ step: 1, value: 2 }], startedAt: new Date(0), completedAt: new Date(1) },
    },
  ]);
  const spoiled = async (table: string, column: string, value: string, message: RegExp) => {
    const connection = await connectSqlite(path);
    const set = (to: string) =>
      connection.write((tx) => tx.all(query(`update ${table} set ${column} = ${to}`)));
    const rows = await connection.read((tx) => tx.all(query(`select ${column} v from ${table}`)));
    await set(value);
    await t.throwsAsync(storage.readTrials(id), { instanceOf: StorageError, message });
    await set(`'${String((rows[0] as { v: unknown }).v)}'`);
    await connection.close();
  };
  await spoiled("trials", "state", "'DONE'", /Trial 0 has the state "DONE", which is not known/);
  await spoiled("trials", "datetime_start", "'soon'", /trial 0: datetime_start="soon" must be/);
  // A number this large once made a list of as many places.
  await spoiled("trials", "number", "2147483648", /id 1=2147483648 must be an integer from 0 to 1/);
  await spoiled("trial_values", "value_type", "'BIG'", /trial 0: value: its type="BIG" must be/);
  await spoiled("trial_values", "value", "'much'", /trial 0: value="much" must be a number/);
  await spoiled("trial_intermediate_values", "step", "'one'", /trial 0: step="one" must be/);
  await spoiled("trial_params", "param_value", "'half'", /trial 0: parameter "x"="half" must be/);
  t.is((await storage.readTrials(id)).trials.length, 1);
  const connection = await connectSqlite(path);
  await connection.write((tx) => tx.all(query("update study_directions set direction = 'UP'")));
  await connection.close();
  await storage.createStudy({ ...study, name: "other" });
  const [spoilt, other] = await storage.listStudies();
  const told = /hpo\.db: the study with id 1: direction="UP" must be MINIMIZE, MAXIMIZE or NOT_SET/;
  t.regex(spoilt.unreadable!, told);
  t.is(other.unreadable, undefined);
  await t.throwsAsync(storage.findStudy("s"), { message: told });
  await storage.deleteStudy(spoilt.id);
  t.deepEqual(
    (await storage.listStudies()).map(({ name }) => name),
    ["other"],
  );
});
