import test from "ava";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
} from "../../../space/index.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";
import type { NewTrial } from "../../../contracts/storage.ts";
import { connectSqlite } from "./sqlite-connection.ts";

// What Optuna reads of the tables, checked by SQL of its own: hpo's reading could hide a fault.

type Row = Record<string, unknown>;

async function rows(path: string, sql: string): Promise<Row[]> {
  const connection = await connectSqlite(path);
  try {
    const found = await connection.read((tx) => tx.all<Row>({ sql, parameters: [] }));
    return found.map((row) => ({ ...row }));
  } finally {
    await connection.close();
  }
}

test("an empty database has the tables, columns, indexes and versions of Optuna's own", async (t) => {
  const folder = await tempFolder(t);
  const [ours, theirs] = [join(folder, "ours.db"), join(folder, "theirs.db")];
  await copyFile("src/testing/golden/optuna-5.0.0.sqlite3", theirs);
  await (await openStorage(ours)).close();
  for (const sql of [
    "select type, name, tbl_name, sql from sqlite_master order by name",
    "select * from version_info",
    "select * from alembic_version",
  ]) {
    t.deepEqual(await rows(ours, sql), await rows(theirs, sql), sql);
  }
});

const startedAt = new Date("2026-01-02T03:04:05.067Z");
const completedAt = new Date("2026-12-31T23:59:59.999Z");
const trial: NewTrial = {
  state: "complete",
  values: [1.5, Infinity],
  params: { lr: 0.001, units: 32, step: 0.25, kind: null },
  distributions: {
    lr: floatDistribution(1e-5, 1, { log: true }),
    units: intDistribution(8, 64, { step: 8 }),
    step: floatDistribution(0, 1, { step: 0.25 }),
    kind: categoricalDistribution(["sgd", true, 2.5, null]),
  },
  reports: [3, NaN, Infinity, -Infinity].map((value, step) => ({ step, value })),
  userAttrs: { note: "η", deep: { list: [1, null] } },
  systemAttrs: { constraints: [-0.5, 1] },
  startedAt,
  completedAt,
};
const empty = { params: {}, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {} };

async function written(path: string): Promise<void> {
  const storage = await openStorage(path);
  const { id } = await storage.createStudy({
    name: "s",
    directions: ["minimize", "maximize"],
    userAttrs: { owner: "me" },
    systemAttrs: { "study:metric_names": ["loss", "accuracy"] },
  });
  await storage.createTrials(id, [
    trial,
    { ...empty, state: "running", startedAt },
    { ...empty, state: "waiting", params: { lr: 0.5, kind: "sgd" } },
    { ...empty, state: "pruned", values: [-Infinity, 0], completedAt },
    { ...empty, state: "failed", completedAt },
  ]);
  await storage.close();
}

test("what is written stands where Optuna looks for it, as it writes it itself", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await written(path);
  const table = (columns: string, name: string) =>
    rows(path, `select ${columns} from ${name} order by 1, 2, 3`);

  t.deepEqual(await table("study_id, direction, objective", "study_directions"), [
    { study_id: 1, direction: "MAXIMIZE", objective: 1 },
    { study_id: 1, direction: "MINIMIZE", objective: 0 },
  ]);
  const [start, end] = ["2026-01-02 03:04:05.067000", "2026-12-31 23:59:59.999000"];
  t.deepEqual(await table("number, state, datetime_start start, datetime_complete end", "trials"), [
    { number: 0, state: "COMPLETE", start, end },
    { number: 1, state: "RUNNING", start, end: null },
    { number: 2, state: "WAITING", start: null, end: null },
    { number: 3, state: "PRUNED", start: null, end },
    { number: 4, state: "FAIL", start: null, end },
  ]);
  t.deepEqual(await table("trial_id, objective, value, value_type type", "trial_values"), [
    { trial_id: 1, objective: 0, value: 1.5, type: "FINITE" },
    { trial_id: 1, objective: 1, value: null, type: "INF_POS" },
    { trial_id: 4, objective: 0, value: null, type: "INF_NEG" },
    { trial_id: 4, objective: 1, value: 0, type: "FINITE" },
  ]);
  t.deepEqual(
    await table(
      "step, intermediate_value value, intermediate_value_type type",
      "trial_intermediate_values",
    ),
    [
      { step: 0, value: 3, type: "FINITE" },
      { step: 1, value: null, type: "NAN" },
      { step: 2, value: null, type: "INF_POS" },
      { step: 3, value: null, type: "INF_NEG" },
    ],
  );
});

test("parameters are stored as numbers with Optuna's distributions", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await written(path);
  const params = await rows(
    path,
    "select param_name param, param_value value, typeof(param_value) type, distribution_json json " +
      "from trial_params order by param_id",
  );
  t.deepEqual(
    params.map(({ json, ...row }) => ({ ...row, ...(JSON.parse(json as string) as object) })),
    [
      distributed("lr", 0.001, "Float", { step: null, low: 1e-5, high: 1, log: true }),
      distributed("units", 32, "Int", { log: false, step: 8, low: 8, high: 64 }),
      distributed("step", 0.25, "Float", { step: 0.25, low: 0, high: 1, log: false }),
      distributed("kind", 3, "Categorical", { choices: ["sgd", true, 2.5, null] }),
    ],
  );
});

/** Whole numbers too are stored as the column's type; Python would read an int otherwise. */
const distributed = (param: string, value: number, kind: string, attributes: object) => ({
  param,
  value,
  type: "real",
  name: `${kind}Distribution`,
  attributes,
});

test("attributes are JSON under Optuna's keys", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await written(path);
  const attributes = (table: string, owner: string) =>
    rows(path, `select ${owner}_id owner, key, value_json json from ${table} order by 1, 2`);
  t.deepEqual(await attributes("study_user_attributes", "study"), [
    { owner: 1, key: "owner", json: '"me"' },
  ]);
  t.deepEqual(await attributes("study_system_attributes", "study"), [
    { owner: 1, key: "hpo:finishCount", json: "3" },
    { owner: 1, key: "study:metric_names", json: '["loss","accuracy"]' },
  ]);
  t.deepEqual(await attributes("trial_user_attributes", "trial"), [
    { owner: 1, key: "deep", json: '{"list":[1,null]}' },
    { owner: 1, key: "note", json: '"η"' },
  ]);
  t.deepEqual(await attributes("trial_system_attributes", "trial"), [
    { owner: 1, key: "constraints", json: "[-0.5,1]" },
    { owner: 1, key: "hpo:finishIndex", json: "0" },
    { owner: 3, key: "fixed_params", json: '{"lr":0.5,"kind":"sgd"}' },
    { owner: 4, key: "hpo:finishIndex", json: "1" },
    { owner: 5, key: "hpo:finishIndex", json: "2" },
  ]);
});

test("a deleted study leaves no row behind", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await written(path);
  const storage = await openStorage(path);
  await storage.deleteStudy(1);
  await storage.close();
  const tables = await rows(path, "select name from sqlite_master where type = 'table'");
  for (const { name } of tables) {
    const kept = ["version_info", "alembic_version"].includes(String(name)) ? 1 : 0;
    t.deepEqual(await rows(path, `select count(*) count from ${String(name)}`), [{ count: kept }]);
  }
});

test("names of Optuna's longest, quotes and other alphabets come back", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  for (const name of ["x".repeat(512), `Robert'); drop table "trials";--`, "研究 🜁", " "]) {
    const { id } = await storage.createStudy({ name, directions: ["minimize"] });
    const x = floatDistribution(0, 1);
    const params = { params: { [name]: 0.5 }, distributions: { [name]: x } };
    const attributes = { userAttrs: { [name]: name } };
    await storage.createTrials(id, [{ ...empty, state: "running", ...params, ...attributes }]);
    const [read] = (await storage.readTrials(id)).trials;
    t.deepEqual(read.params, params.params);
    t.deepEqual(read.userAttrs, attributes.userAttrs);
    t.is((await storage.findStudy(name))?.id, id);
  }
});
