import test from "ava";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Storage } from "../../contracts/storage.ts";
import { StorageError } from "../../errors/errors.ts";
import { copyStudy } from "../../study/manage-studies.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { stateName } from "../sql/encoding.ts";
import { openStorage } from "../open-storage.ts";

// Both written by src/testing/golden/optuna_journal.py: the journal, and what Optuna reads of it.
const JOURNAL = "src/testing/golden/optuna-journal.log";
const READ = "src/testing/golden/optuna-journal.json";

const number = (value: number) => {
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? value : value > 0 ? "inf" : "-inf";
};
const seconds = (date: Date | undefined) => (date ? date.getTime() / 1000 : null);

/** As the generator writes what Optuna reads. */
async function dump(storage: Storage) {
  const studies = [];
  for (const { id, name, directions, userAttrs, systemAttrs } of await storage.listStudies()) {
    const { trials } = await storage.readTrials(id);
    studies.push({
      ...{ name, directions, userAttrs },
      metricNames: systemAttrs[ATTRIBUTE.metricNames] ?? null,
      trials: trials.map((trial) => ({
        number: trial.number,
        state: stateName(trial.state),
        values: trial.values?.map(number) ?? null,
        params: trial.state === "waiting" ? {} : trial.params,
        reports: trial.reports.map(({ step, value }) => [step, number(value)]),
        userAttrs: trial.userAttrs,
        constraints: trial.systemAttrs[ATTRIBUTE.constraints] ?? null,
        fixed: trial.systemAttrs[ATTRIBUTE.fixedParams] ?? null,
        startedAt: seconds(trial.startedAt),
        completedAt: seconds(trial.completedAt),
      })),
    });
  }
  return studies;
}

/** A time to the millisecond, as a Date holds it. */
const expected = async (): Promise<unknown> =>
  JSON.parse(await readFile(READ, "utf8"), (key, value: unknown) =>
    key.endsWith("At") && typeof value === "number" ? Math.floor(value * 1000) / 1000 : value,
  );

test("a journal is read as Optuna reads it", async (t) => {
  const journal = await openStorage(`journal:${JOURNAL}`);
  t.deepEqual(await dump(journal), await expected());
  const kept = await journal.findStudy("kept");
  const { trials } = await journal.readTrials(kept!.id);
  const order = trials.map(({ systemAttrs }) => systemAttrs[ATTRIBUTE.finishIndex]);
  t.deepEqual(order.slice(0, 6), [0, 1, 2, 4, 3, 5], "its order is that of finishing");
  await journal.close();
});

test("a study of a journal is copied into a database", async (t) => {
  const journal = await openStorage(`journal:${JOURNAL}`);
  const database = await openStorage(join(await tempFolder(t), "hpo.db"));
  t.teardown(() => database.close());
  for (const name of ["kept", "both"]) {
    await copyStudy(name, name, { storage: journal, to: database });
  }
  t.deepEqual(await dump(database), await expected());
});

test("nothing is written to a journal", async (t) => {
  const journal = await openStorage(`journal:${JOURNAL}`);
  const refused = { instanceOf: StorageError, message: /only read.*hpo study copy NAME .* --to/ };
  await t.throwsAsync(journal.createStudy({ name: "s", directions: ["minimize"] }), refused);
  await t.throwsAsync(journal.createTrials(1, []), refused);
  await t.throwsAsync(journal.indexFinished(1), refused);
});

test("a journal is read up to where a killed program left it", async (t) => {
  const path = join(await tempFolder(t), "journal.log");
  const whole = await readFile(JOURNAL, "utf8");
  const counts: number[] = [];
  for (const share of [0.3, 0.6, 0.9]) {
    await writeFile(path, whole.slice(0, Math.floor(whole.length * share)));
    const [{ id }] = await (await openStorage(`journal:${path}`)).listStudies();
    counts.push((await (await openStorage(`journal:${path}`)).readTrials(id)).trials.length);
  }
  t.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  );
  t.true(counts[0] > 0);
  const lines = whole.split("\n");
  lines[6] = lines[6].slice(0, 40);
  await writeFile(path, lines.join("\n"));
  const study = (await dump(await openStorage(`journal:${path}`)))[0];
  t.deepEqual(Object.keys(study.trials[0].params).length, 2, "one line is left out");
});

test("what is no journal is an error that names it", async (t) => {
  const named = (message: RegExp) => ({ instanceOf: StorageError, message });
  await t.throwsAsync(openStorage("journal:none.log"), named(/none\.log can't be read/));
  await t.throwsAsync(openStorage("journal:package.json"), named(/no journal of Optuna's/));
});
