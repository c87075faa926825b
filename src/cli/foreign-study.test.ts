import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { random } from "../../strategies/index.ts";
import { createStudy, float, listStudies, searchSpace } from "../index.ts";
import { connectSqlite } from "../storage/sql/sqlite/sqlite-connection.ts";
import { hpoHere } from "./fixtures/hpo-here.ts";

const space = searchSpace({ x: float(0, 1) });

/** A database with studies of one trial each, in which something else then writes by `sql`. */
async function spoilt(names: readonly string[], sql: string) {
  const folder = mkdtempSync(join(tmpdir(), "hpo-foreign-"));
  const storage = `sqlite:${join(folder, "hpo.db")}`;
  for (const name of names) {
    const study = await createStudy(
      { name, space, direction: "minimize", strategy: random() },
      { storage },
    );
    await study.addTrials([{ params: { x: 0.5 }, result: 1 }]);
    await study.storage.close();
  }
  const connection = await connectSqlite(join(folder, "hpo.db"));
  await connection.write((tx) => tx.all({ sql, parameters: [] }));
  await connection.close();
  return { folder, storage };
}

const BROKEN: Readonly<Record<string, readonly [sql: string, told: RegExp]>> = {
  "an attribute": [
    "insert into study_user_attributes (study_id, key, value_json) values (2, 'k', '[1,')",
    /study "b": attribute "k" can't be read: .*It holds "\[1,"; mend it/,
  ],
  "a trial's attribute": [
    "update trial_system_attributes set value_json = '{' where trial_id = 2",
    /trial 0: attribute "\S+" can't be read/,
  ],
};

for (const [what, [sql, told]] of Object.entries(BROKEN)) {
  test.serial(`${what} that can't be read hides no other study, and can be deleted`, async (t) => {
    const { folder, storage } = await spoilt(["a", "b"], sql);
    const listed = await hpoHere(folder, "study list");
    t.regex(listed.out, /^a .*^b /ms);
    t.regex((await hpoHere(folder, "study show a")).out, /Best: trial 0, 1/);
    const shown = await hpoHere(folder, "study show b");
    t.is(shown.code, 1);
    t.regex(shown.err, told);
    const deleted = await hpoHere(folder, "study delete b --yes");
    t.regex(deleted.err, told);
    t.is(deleted.out, 'Deleted "b" with its trials, which can\'t be read.\n');
    t.deepEqual(
      (await listStudies({ storage })).map(({ name }) => name),
      ["a"],
    );
  });
}

test.serial("a list says what of a study can't be read", async (t) => {
  const { folder } = await spoilt(["a", "b"], BROKEN["an attribute"][0]);
  t.regex((await hpoHere(folder, "study list")).err, BROKEN["an attribute"][1]);
  const listed = JSON.parse((await hpoHere(folder, "study list --json")).out) as {
    readonly unreadable: string | null;
  }[];
  t.is(listed[0].unreadable, null);
  t.regex(listed[1].unreadable!, BROKEN["an attribute"][1]);
});

test.serial("what ranks trials refuses a study without a direction", async (t) => {
  const { folder } = await spoilt(
    ["ns", "other"],
    "update study_directions set direction = 'NOT_SET' where study_id = 1",
  );
  for (const words of ["best ns", "report ns", "importance ns", "compare ns other"]) {
    const { err, code } = await hpoHere(folder, `study ${words}`);
    t.is(code, 1, words);
    t.regex(err, /^hpo: Study "ns" has no direction \(NOT_SET.*says minimize or maximize\.\n$/);
  }
});
