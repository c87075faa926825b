import { hostname } from "node:os";
import test from "ava";
import { createStudy, memoryStorage, openStudy } from "../index.ts";
import { random } from "../../strategies/index.ts";
import { smallSpace } from "./testing/small-study.ts";

/** A process that is dead: this host's, of another boot. */
const dead = { host: hostname(), boot: "an earlier boot", pid: 1, start: "1" };

/** A study with a running trial, number 0, whose process is dead. */
async function withLostTrial(definition: object) {
  const storage = memoryStorage();
  const whole = { name: "s", space: smallSpace, strategy: random(), ...definition };
  const first = await createStudy(whole, { storage });
  const trial = (await first.ask())!;
  trial.report(1, 0);
  await storage.updateTrial(trial.id, { reports: [{ step: 0, value: 1 }] });
  const kill = (id: number) =>
    storage.updateTrial(id, { attributes: { system: { "hpo:runner": dead } } });
  await kill(trial.id);
  return { params: trial.params, kill, open: () => openStudy(whole, { storage }) };
}

test("a trial whose process died is started again in place, at most so often", async (t) => {
  const { params, kill, open } = await withLostTrial({ maxRestarts: 2 });
  for (let attempt = 1; attempt <= 2; attempt++) {
    const study = await open();
    const trial = (await study.ask())!;
    t.is(trial.number, 0);
    t.deepEqual(trial.params, params);
    t.deepEqual(trial.reports, []);
    await kill(trial.id);
  }
  const last = await open();
  t.is((await last.ask())!.number, 1);
  t.like(last.trials()[0], { state: "failed", failure: { reason: "lost" } });
});

test("by option a lost trial fails and is cloned, as Optuna does, three times", async (t) => {
  const { params, kill, open } = await withLostTrial({ lostTrials: "clone" });
  const histories: unknown[] = [];
  for (;;) {
    const study = await open();
    const trial = (await study.ask())!;
    const history = trial.snapshot().systemAttrs["retry_history"];
    if (history === undefined) break;
    t.deepEqual(trial.params, params);
    t.is(trial.snapshot().systemAttrs["failed_trial"], 0);
    histories.push(history);
    await kill(trial.id);
  }
  t.deepEqual(histories, [[0], [0, 1], [0, 1, 2]]);
  t.is((await open()).counts.failed, 0, "a study just opened has not looked yet");
  const study = await open();
  await study.refresh();
  t.is(study.counts.failed, 4);
});

test("a trial that another process runs is left alone", async (t) => {
  const storage = memoryStorage();
  const definition = { name: "s", space: smallSpace, strategy: random() };
  const first = await createStudy(definition, { storage });
  await first.ask();
  const second = await openStudy(definition, { storage });
  t.is((await second.ask())!.number, 1);
});
