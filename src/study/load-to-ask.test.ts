import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { bayesian, tpe } from "../../strategies/index.ts";
import { UnreadReports } from "./asking/unread-reports.ts";
import { engineOf } from "./study-internals.ts";
import { float, searchSpace } from "../space/index.ts";
import { openStorage } from "../storage/open-storage.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { askOnce, loadStudy, loadToAsk } from "./load-study.ts";
import { createStudy } from "./open-study.ts";

const reports = [1, 2, 3].map((step) => ({ step, value: 1 / step }));
const ends = (i: number) =>
  [
    { result: (i - 7) ** 2 },
    { state: "pruned" },
    { state: "failed", failure: { reason: "diverged", message: "NaN" } },
  ] as const;

for (const { strategy, areStopped, reads } of [
  { strategy: tpe(), areStopped: true, reads: false },
  { strategy: bayesian(), areStopped: true, reads: true },
  { strategy: bayesian(), areStopped: false, reads: false },
]) {
  const which = areStopped ? "" : ", none of which was stopped";
  test(`who only asks gets what ${strategy.name} suggests from whole trials${which}`, async (t) => {
    const url = `sqlite:${join(await tempFolder(t), "hpo.db")}`;
    const storage = await openStorage(url, { synchronous: "normal" });
    t.teardown(() => storage.close());
    const space = searchSpace({ x: float(0, 1), y: float(1e-3, 1, { log: true }) });
    for (const name of ["whole", "asked"]) {
      const study = await createStudy({ name, space, strategy, seed: 3 }, { storage });
      const params = (i: number) => ({ x: ((7 * i) % 20) / 20, y: 0.5 ** (i % 9) });
      await study.addTrials(
        Array.from({ length: 20 }, (_, i) => ({
          params: params(i),
          reports,
          ...ends(i)[areStopped && i % 5 === 4 ? 1 : i % 7 === 6 ? 2 : 0],
        })),
      );
      const [running] = await engineOf(study).ask(1, { expires: new Date(Date.now() + 1e6) });
      for (const { value, step } of areStopped ? reports : []) running.report(value, step);
      await study.setUserAttr("reports", "are written");
      await study.enqueue({ x: 0.25 });
    }
    const [whole, asked] = [
      await loadStudy("whole", { storage }),
      await loadToAsk("asked", { storage }),
    ];
    const suggested = async (study: typeof whole) =>
      (await study.ask(3)).map(({ number, params }) => ({ number, params }));
    t.deepEqual(await suggested(asked), await suggested(whole));
    const read = asked.trials("complete").some((trial) => trial.reports.length > 0);
    t.is(read, reads, "reports are read where they matter");
    t.deepEqual(asked.trials()[20].reports, whole.trials()[20].reports);
  });
}

/** A stored study of three trials, a fourth that runs, and what makes the trials' reports matter. */
async function reportingStudy(t: ExecutionContext) {
  const url = `sqlite:${join(await tempFolder(t), "hpo.db")}`;
  const storage = await openStorage(url, { synchronous: "normal" });
  t.teardown(() => storage.close());
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space, strategy: bayesian() }, { storage });
  await study.addTrials([1, 2, 3].map((i) => ({ params: { x: i / 4 }, reports, result: i })));
  const expires = new Date(Date.now() + 1e6);
  const [running] = await engineOf(study).ask(1, { expires });
  const report = async (): Promise<void> => {
    running.report(0.5, 1);
    await study.setUserAttr("reports", "are written");
  };
  return { storage, expires, report };
}

test("an ask is refused where others reported since, and their reports are not read", async (t) => {
  const { storage, expires, report } = await reportingStudy(t);
  const asked = await loadToAsk("s", { storage });
  await report();
  await t.throwsAsync(engineOf(asked).ask(1, { expires }), { instanceOf: UnreadReports });
  const again = await loadToAsk("s", { storage });
  t.deepEqual(again.trials("complete")[0].reports, reports);
  t.is((await engineOf(again).ask(1, { expires }))[0].number, 4);
});

test("who asks once asks again, with the reports that others made matter meanwhile", async (t) => {
  const { storage, expires, report } = await reportingStudy(t);
  let asks = 0;
  const asked = await askOnce(
    (load) => load("s", { storage }),
    async (study) => {
      if (asks++ === 0) await report();
      const trials = await engineOf(study).ask(1, { expires });
      return { study, number: trials[0].number };
    },
  );
  t.is(asks, 2);
  t.is(asked.number, 4);
  t.deepEqual(asked.study.trials("complete")[0].reports, reports);
  const other = askOnce(
    (load) => load("s", { storage }),
    () => Promise.reject(new Error("another")),
  );
  await t.throwsAsync(other, { message: "another" });
});
