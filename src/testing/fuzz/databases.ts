import { readFileSync, truncateSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSyncInstance } from "@photostructure/sqlite";
import type { Trial } from "../../contracts/trial.ts";
import type { Rng } from "../../numerics/rng.ts";
import { trialToJson } from "../../export/trial-json.ts";
import { spaceToJson } from "../../space/space-json.ts";
import { memoryStorage } from "../../storage/memory.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { loadSqlite } from "../../storage/sql/sqlite/sqlite-driver.ts";
import { copyStudy, listStudies } from "../../study/manage-studies.ts";
import { viewStudy } from "../../study/study-view.ts";
import { chance, hostileNumber, hostileText, pick, manyDrawn, slippedText } from "./draw.ts";
import { requireSame, type Fuzzer } from "./fuzzer.ts";

const GOLDEN = new URL("../../../../src/testing/golden/optuna-5.0.0.sqlite3", import.meta.url);
const golden = readFileSync(GOLDEN);
const openDatabase = await loadSqlite();

/** Optuna's databases, with something wrong in a row, or in the file. */
export const databases: Fuzzer = {
  name: "databases",
  draw(rng, folder) {
    const path = join(folder, "studies.sqlite3");
    const damage = chance(rng, 0.25) ? fileDamage(rng) : rowDamage(rng);
    return {
      text: damage.text,
      names: [path, 'tudy "', "rial "],
      async take() {
        for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(path + end, { force: true });
        writeFileSync(path, golden);
        damage.apply(path);
        await takeDatabase(path);
      },
    };
  },
};

async function takeDatabase(path: string): Promise<void> {
  const storage = await openStorage(`sqlite:${path}`);
  try {
    for (const { name } of await listStudies({ storage })) {
      const study = await viewStudy(name, storage, { space: true });
      const target = memoryStorage();
      await copyStudy(name, "copy", { storage, to: target });
      const copy = await viewStudy("copy", target, { space: true });
      requireSame("the trials", study.trials().map(told), copy.trials().map(told));
      requireSame("the best", study.bestTrials.map(told), copy.bestTrials.map(told));
      requireSame("the space", spaceToJson(study.space), spaceToJson(copy.space));
    }
  } finally {
    await storage.close();
  }
}

/** A copy gives numbers of its own where some are gone. */
const told = (trial: Trial): object => ({ ...trialToJson(trial), number: undefined });

interface Damage {
  readonly text: string;
  readonly apply: (path: string) => void;
}

function fileDamage(rng: Rng): Damage {
  if (chance(rng, 0.5)) {
    const length = rng.integer(0, golden.length - 1);
    return {
      text: `cut to ${length} bytes`,
      apply: (path) => {
        truncateSync(path, length);
      },
    };
  }
  const at = manyDrawn(rng, 1, 8, () => rng.integer(0, golden.length - 1));
  const byte = rng.integer(0, 255);
  return {
    text: `bytes ${at.join(", ")} = ${byte}`,
    apply: (path) => {
      const bytes = new Uint8Array(golden);
      for (const index of at) bytes[index] = byte;
      writeFileSync(path, bytes);
    },
  };
}

/** Each column that holds what is read, and of which table. */
const COLUMNS: readonly (readonly [table: string, ...columns: string[]])[] = [
  ["studies", "study_name"],
  ["study_directions", "direction", "objective", "study_id"],
  ["study_user_attributes", "key", "value_json"],
  ["study_system_attributes", "key", "value_json"],
  ["trials", "number", "study_id", "state", "datetime_start", "datetime_complete"],
  ["trial_user_attributes", "key", "value_json"],
  ["trial_system_attributes", "key", "value_json"],
  ["trial_params", "param_name", "param_value", "distribution_json", "trial_id"],
  ["trial_values", "value", "value_type", "objective"],
  ["trial_intermediate_values", "step", "intermediate_value", "intermediate_value_type"],
];

function rowDamage(rng: Rng): Damage {
  const [table, ...columns] = pick(rng, COLUMNS);
  const column = pick(rng, columns);
  const row = rng.integer(0, 60);
  const where = `rowid = 1 + ${row} % (SELECT count(*) FROM ${table})`;
  switch (rng.integer(0, 9)) {
    case 0:
      return statement(`DELETE FROM ${table} WHERE ${where}`);
    case 1:
      return statement(
        pick(rng, [`DROP TABLE ${table}`, `ALTER TABLE ${table} DROP COLUMN ${column}`]),
      );
    default: {
      const change = (db: DatabaseSyncInstance): void => {
        const old = db.prepare(`SELECT ${column} AS old FROM ${table} WHERE ${where}`).get() as
          Record<string, unknown> | undefined;
        const slipped = slippedCell(rng, old?.["old"]);
        db.prepare(`UPDATE OR IGNORE ${table} SET ${column} = ? WHERE ${where}`).run(slipped);
      };
      return {
        text: `${table}.${column} of row ${row}`,
        apply: (path) => void within(path, change),
      };
    }
  }
}

const statement = (sql: string): Damage => ({
  text: sql,
  apply: (path) => {
    within(path, (db) => {
      db.exec(sql);
    });
  },
});

function within(path: string, work: (db: DatabaseSyncInstance) => void): void {
  const db = openDatabase(path, { timeout: 1000 });
  try {
    db.exec(
      "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF",
    );
    work(db);
  } catch {
    // SQLite itself keeps some columns: then nothing is damaged.
  } finally {
    db.close();
  }
}

function slippedCell(rng: Rng, old: unknown): string | number | Uint8Array {
  if (typeof old === "string" && chance(rng, 0.5)) return slippedText(rng, old);
  return pick<() => string | number | Uint8Array>(rng, [
    () => hostileText(rng),
    () => hostileNumber(rng),
    () => new Uint8Array([0, 255]),
  ])();
}
