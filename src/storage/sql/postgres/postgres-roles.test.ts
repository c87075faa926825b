import test from "ava";
import { createStudy, defineStudy, float, openStudy, searchSpace } from "../../../index.ts";
import { median } from "../../../pruners/index.ts";
import { runSql } from "../../../testing/postgres/run-sql.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { coordinate } from "../../../workers/coordinator.ts";
import { definitionFacts } from "../../../workers/definition-facts.ts";
import { createToken } from "../../../workers/tokens/tokens.ts";
import { viewStudy } from "../../../study/study-view.ts";
import { deleteStudy, renameStudy } from "../../../study/manage-studies.ts";
import { openStorage } from "../../open-storage.ts";
import { postgresRoles } from "./postgres-roles.ts";

const postgres = withPostgres(test);

/** A database's URLs: its owner's, and those of a member of each role. */
async function roles() {
  const owner = await postgres.database();
  await runSql(owner, postgresRoles());
  await runSql(owner, postgresRoles());
  for (const [user, role] of [
    ["gpu1", "hpo_worker"],
    ["viewer", "hpo_reader"],
  ]) {
    await runSql(
      owner,
      `do $$ begin create user ${user} in role ${role}; exception when duplicate_object then null; end $$`,
    );
  }
  const as = (user: string) => owner.replace(/\/\/[^@]*@/, `//${user}@`);
  return { owner, worker: as("gpu1"), reader: as("viewer") };
}

const definition = defineStudy({
  name: "bowl",
  metrics: { loss: "minimize" },
  space: searchSpace({ x: float(0, 1) }),
  pruner: median(),
  objective: (trial) => {
    const { x } = trial.params;
    trial.report(x, 0);
    trial.log({ norm: x }, 0);
    trial.setUserAttr("kept", x);
    trial.setConstraints([x - 1]);
    if (trial.number === 1) throw new Error("a trial that fails");
    return { loss: x };
  },
});

postgres.serial("a worker's role does all that a worker needs, and harms no study", async (t) => {
  const { owner, worker } = await roles();
  const storage = await openStorage(worker);
  t.teardown(() => storage.close());
  const study = await openStudy(definition, { storage });
  await study.optimize({ trials: 4, catch: true });
  await study.enqueue({ x: 0.5 });
  await study.cancel(4);
  await study.exclude(0);
  await createToken(storage, "bowl", "work", undefined);
  const facts = definitionFacts(definition);
  const source = await coordinate(study, { definition: facts, total: 7, waitMs: 1, leaseMs: 40 });
  t.teardown(() => source.close());
  const slot = { worker: "w", slot: "0", host: "far" };
  const claimed = await source.claim(slot);
  if ("none" in claimed) return t.fail(claimed.why);
  const news = { from: 0, items: [{ kind: "report", value: 1, step: 0 } as const] };
  t.is(await source.report(claimed, news), "go on");
  await source.beat("w", [claimed]);
  await source.release(claimed);
  const again = await source.claim({ ...slot, worker: "v" });
  if ("none" in again) return t.fail(again.why);
  t.is(again.number, claimed.number, "started again, its reports cleared");
  const end = { state: "complete", values: [0.1] } as const;
  t.is(await source.tell(again, { from: 0, items: [] }, { end, system: {} }), "taken");

  const before = await runSql(owner, "select count(*) from trials");
  await t.throwsAsync(deleteStudy("bowl", { storage }), { message: /this user may not do that/ });
  await t.throwsAsync(renameStudy("bowl", "mine", { storage }), { message: /may not do that/ });
  for (const sql of [
    ...["drop table trials", "drop table hpo_holders", "drop schema public cascade"],
    ...["alter table trials add column x int", "truncate trials", "create table mine (x int)"],
    ...["delete from studies", "delete from trials", "delete from study_directions"],
    ...["update trials set study_id = 7", "update studies set study_name = 'x'"],
    ...["update studies set study_id = 7", "update alembic_version set version_num = 'x'"],
    ...["create role other", "grant hpo_worker to viewer", "alter role hpo_worker login"],
    ...["select pg_read_file('/etc/passwd')", "copy trials to program 'id'"],
  ]) {
    await t.throwsAsync(
      runSql(worker, sql),
      { message: /permission denied|must (be|have)|violates/ },
      sql,
    );
  }
  t.deepEqual(await runSql(owner, "select count(*) from trials"), before);
});

postgres.serial("a reader's role sees all of a study, and writes nothing", async (t) => {
  const { owner, reader } = await roles();
  const writing = await openStorage(owner);
  t.teardown(() => writing.close());
  await (await openStudy(definition, { storage: writing })).optimize({ trials: 3, catch: true });
  const storage = await openStorage(reader);
  t.teardown(() => storage.close());
  const view = await viewStudy("bowl", storage);
  t.is(view.trials().length, 3);
  t.is(view.bestTrials.length, 1);
  await storage.readSigns(["w"]);
  await t.throwsAsync(createStudy({ name: "mine", space: definition.space }, { storage }), {
    message: /this user may not do that/,
  });
  const granted = await runSql(
    owner,
    `select tablename, privilege from pg_tables, unnest(array['INSERT', 'UPDATE', 'DELETE',
      'TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege where schemaname = 'public'
      and has_table_privilege('viewer', format('%I', tablename), privilege)`,
  );
  t.deepEqual(granted, []);
  await t.throwsAsync(runSql(reader, "create table mine (x int)"), {
    message: /permission denied/,
  });
  await t.throwsAsync(runSql(reader, "select nextval('trials_trial_id_seq')"), {
    message: /permission denied/,
  });
});
