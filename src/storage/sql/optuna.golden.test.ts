import test from "ava";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { distributionToJson } from "../../space/distribution-json.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { openStorage } from "../open-storage.ts";
import type { TrialRecord } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";

// Written by golden/optuna_database.py through Optuna itself.
const folder = process.env["HPO_GOLDEN_DIR"] ?? "src/testing/golden";
const NAME = "optuna-5.0.0";

interface GoldenTrial {
  readonly number: number;
  readonly state: TrialRecord["state"] | "fail";
  readonly values: readonly (number | string)[] | null;
  readonly params: TrialRecord["params"];
  readonly distributions: unknown;
  readonly intermediate_values: Readonly<Record<string, number | string>>;
  readonly user_attrs: unknown;
  readonly system_attr_keys: readonly string[];
  readonly started: boolean;
  readonly completed: boolean;
}
interface GoldenStudy {
  readonly name: string;
  readonly directions: readonly string[];
  readonly user_attrs: unknown;
  readonly metric_names: readonly string[] | null;
  readonly trials: readonly GoldenTrial[];
}

test("a database that Optuna wrote holds here what it holds there", async (t) => {
  const path = join(await tempFolder(t), "optuna.sqlite3");
  await copyFile(join(folder, `${NAME}.sqlite3`), path);
  const golden = JSON.parse(await readFile(join(folder, `${NAME}.json`), "utf8")) as {
    readonly studies: readonly GoldenStudy[];
  };
  const storage = await openStorage(path);
  t.teardown(() => storage.close());

  const found = await storage.listStudies();
  t.deepEqual(
    found.map(({ name }) => name),
    golden.studies.map(({ name }) => name),
  );
  let checked = 0;
  for (const [index, study] of golden.studies.entries()) {
    const { id, directions, userAttrs, systemAttrs } = found[index];
    t.deepEqual(directions, study.directions);
    t.deepEqual(userAttrs, study.user_attrs);
    t.deepEqual(systemAttrs[ATTRIBUTE.metricNames] ?? null, study.metric_names);
    const { trials } = await storage.readTrials(id);
    t.is(trials.length, study.trials.length);
    for (const [number, trial] of study.trials.entries()) {
      t.deepEqual(asGolden(trials[number]), expected(trial), `${study.name}, trial ${number}`);
      checked++;
    }
  }
  t.log(`${NAME}.json: ${checked} trials checked`);
  console.log(`${NAME}.json: ${checked} trials checked`);
});

/** To Optuna a queued trial's fixed parameters are no parameters yet. */
function asGolden(record: TrialRecord): GoldenTrial {
  const { number, state, values, distributions, reports, userAttrs, systemAttrs } = record;
  const drawn = Object.keys(distributions);
  return {
    number,
    state,
    values: values?.map(shown) ?? null,
    params: Object.fromEntries(drawn.map((name) => [name, record.params[name]])),
    distributions: Object.fromEntries(
      drawn.map((name) => [name, distributionToJson(distributions[name])]),
    ),
    intermediate_values: Object.fromEntries(
      reports.map(({ step, value }) => [String(step), shown(value)]),
    ),
    user_attrs: userAttrs,
    system_attr_keys: Object.keys(systemAttrs).sort(),
    started: record.startedAt !== undefined,
    completed: record.completedAt !== undefined,
  };
}

const expected = (trial: GoldenTrial): GoldenTrial => ({
  ...trial,
  state: trial.state === "fail" ? "failed" : trial.state,
});

const shown = (value: number): number | string => {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
};

test("the queued trial of Optuna's database waits with its fixed parameters", async (t) => {
  const path = join(await tempFolder(t), "optuna.sqlite3");
  await copyFile(join(folder, `${NAME}.sqlite3`), path);
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const study = await storage.findStudy("single");
  const { trials } = await storage.readTrials(study?.id ?? 0);
  const waiting = trials.filter(({ state }) => state === "waiting");
  t.deepEqual(
    waiting.map(({ params, userAttrs }) => ({ params, userAttrs })),
    [{ params: { lr: 0.01, optimizer: "lion" }, userAttrs: { why: "paper" } }],
  );
});

test("Optuna's finished trials get indexes in the order in which they completed", async (t) => {
  const path = join(await tempFolder(t), "optuna.sqlite3");
  await copyFile(join(folder, `${NAME}.sqlite3`), path);
  const [storage, reader] = [await openStorage(path), await openStorage(path)];
  t.teardown(() => Promise.all([storage.close(), reader.close()]));
  for (const { id, counts } of await storage.listStudies()) {
    const before = await reader.readTrials(id);
    await storage.indexFinished(id);
    await storage.indexFinished(id);
    const { trials } = await storage.readTrials(id);
    const indexOf = ({ systemAttrs }: TrialRecord) => systemAttrs[ATTRIBUTE.finishIndex];
    const finished = trials.filter((trial) => indexOf(trial) !== undefined);
    t.is(finished.length, counts.complete + counts.pruned + counts.failed);
    finished.sort((a, b) => Number(indexOf(a)) - Number(indexOf(b)));
    t.deepEqual(
      finished.map(indexOf),
      finished.map((_, index) => index),
    );
    const completed = finished.map(({ completedAt }) => completedAt?.getTime() ?? NaN);
    t.deepEqual(
      completed,
      [...completed].sort((a, b) => a - b),
    );
    const seen = (await reader.readTrials(id, before.cursor)).trials;
    t.deepEqual(
      seen.filter((trial) => indexOf(trial) !== undefined).length,
      finished.length,
      "who read them before they had an index is told",
    );
  }
});
