import { openStorage } from "../../src/storage/open-storage.ts";
import { loadSqlite } from "../../src/storage/sql/sqlite/sqlite-driver.ts";
import { distributionToJson } from "../../src/space/distribution-json.ts";
import { createStudy } from "../../src/study/open-study.ts";
import type { Strategy } from "../../src/contracts/strategy.ts";
import { runSql } from "../../src/testing/postgres/run-sql.ts";
import { NAMES, objective, space } from "./six-floats.ts";

/** Creates the first study of a database, as a random search leaves it that has run for long. */
export async function growStudy(
  url: string,
  name: string,
  strategy: Strategy,
  count: number,
): Promise<void> {
  const storage = await openStorage(url);
  await createStudy({ name, space, strategy, objective }, { storage });
  const { id } = (await storage.findStudy(name))!;
  await storage.close();
  const isPostgres = url.startsWith("postgres");
  // Drawn by the last digits of a product, by which both databases draw the same.
  const draw = (salt: number) => `((i * ${7919 + 2 * salt} + ${salt}) % 10007) / 10007.0 * 10 - 5`;
  const numbers = `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${count})`;
  const json = JSON.stringify(distributionToJson(space.parameters[0].distribution));
  const time = "2026-01-02 03:04:05.678000";
  const statements = [
    `${numbers} insert into trials (trial_id, number, study_id, state, datetime_start, datetime_complete)
      select i + 1, i, ${id}, 'COMPLETE', '${time}', '${time}' from n`,
    ...NAMES.map(
      (param, salt) => `${numbers} insert into trial_params
        (trial_id, param_name, param_value, distribution_json)
        select i + 1, '${param}', ${draw(salt)}, '${json}' from n`,
    ),
    `${numbers} insert into trial_values (trial_id, objective, value, value_type)
      select i + 1, 0, ${draw(99)} + 5, 'FINITE' from n`,
    `${numbers} insert into trial_system_attributes (trial_id, key, value_json)
      select i + 1, 'hpo:asked', '{"finished":' || cast(i as text) || ',"pending":[]}' from n`,
    `${numbers} insert into trial_system_attributes (trial_id, key, value_json)
      select i + 1, 'hpo:finishIndex', cast(i as text) from n`,
    `insert into study_system_attributes (study_id, key, value_json)
      values (${id}, 'hpo:finishCount', '${count}')`,
    ...(isPostgres
      ? [
          "select setval(pg_get_serial_sequence('trials', 'trial_id'), (select max(trial_id) from trials))",
        ]
      : []),
  ];
  if (isPostgres) {
    await runSql(url, `begin; ${statements.join(";")}; commit; analyze`);
    return;
  }
  const open = await loadSqlite();
  const database = open(url.replace(/^sqlite:/, ""), { timeout: 10_000 });
  database.exec(`begin; ${statements.join(";")}; commit`);
  database.close();
}
