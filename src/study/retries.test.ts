import test from "ava";
import { join } from "node:path";
import { random } from "../../strategies/index.ts";
import {
  commandRunner,
  createStudy,
  float,
  loadStudy,
  searchSpace,
  type FinishedTrial,
  type Lease,
} from "../index.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { ECC, program } from "../runner/fixtures/flaky-command.ts";
import { engineOf } from "./study-internals.ts";

test("a retried trial keeps its number, parameters and seed, and its reports are the last attempt's", async (t) => {
  const space = searchSpace({ x: float(0, 1) });
  const storage = `sqlite:${join(await tempFolder(t), "hpo.db")}`;
  const study = await createStudy({ name: "s", space, strategy: random() }, { storage });
  const notes: string[] = [];
  study.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  const runner = commandRunner(
    program(`
      say({ step: 1, value: attempt, log: { attempt } });
      say({ attrs: { ["seen" + attempt]: [process.env.HPO_PARAMS, process.env.HPO_TRIAL_SEED] } });
      if (attempt < 3) { say({ step: 2, value: 9 }); fail("${ECC}"); } else done();`),
  );
  await engineOf(study).optimizeWith(runner, { trials: 1 });
  await runner.close();
  // Read as by another process, which knows only what was stored.
  const stored = await loadStudy("s", { storage });
  const [trial] = stored.trials("complete") as FinishedTrial[];
  t.is(trial.number, 0);
  t.deepEqual(trial.reports, [{ step: 1, value: 3 }]);
  t.deepEqual(trial.systemAttrs["hpo:curves"], { attempt: [[1, 3]] });
  t.is(trial.systemAttrs["hpo:retries"], 2);
  t.deepEqual(trial.userAttrs["seen1"], trial.userAttrs["seen3"]);
  t.deepEqual(notes.slice(-2), [
    `Trial 0 is tried again (retry 1): ${ECC}`,
    `Trial 0 is tried again (retry 2): ${ECC}`,
  ]);
});

test("a device that fails trial after trial is set aside, and the study goes on on the others", async (t) => {
  const leases: Lease[] = ["cuda:0", "cuda:1"].map((name) => ({ name, env: {} }));
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space, strategy: random() });
  const notes: string[] = [];
  study.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  // One trial at a time: the first device is preferred, until it is known to be bad.
  const runner = commandRunner({
    ...program(`device === "cuda:0" ? fail("${ECC}") : done()`),
    leases,
  });
  await engineOf(study).optimizeWith(runner, { trials: 5 });
  await runner.close();
  t.is(study.counts.complete, 5);
  t.deepEqual([...new Set(study.trials().map(({ device }) => device))], ["cuda:1"]);
  t.is(study.trials().filter(({ systemAttrs }) => systemAttrs["hpo:retries"] === 1).length, 3);
  t.true(notes.some((note) => /^cuda:0 IS SET ASIDE: 3 trials in a row failed on it/.test(note)));
});
