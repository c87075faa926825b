import test from "ava";
import {
  createStudy,
  csvOf,
  DuplicateStudyError,
  memoryStorage,
  replay,
  rowsOf,
  strategyOf,
  trialToJson,
} from "../index.ts";
import { threadRunner } from "../runner/thread/thread-runner.ts";
import { random } from "../../strategies/index.ts";
import { engineOf } from "./study-internals.ts";
import { newStudy, smallSpace, withValues, xOf } from "./testing/small-study.ts";

test("a study finds, keeps and counts trials", async (t) => {
  const study = await newStudy();
  const reason = await study.optimize((trial) => Math.abs(xOf(trial)), { trials: 30 });
  t.is(reason, "30 trials were run");
  t.is(study.counts.complete, 30);
  const values = study
    .trials("complete")
    .map((trial) => trial.state === "complete" && trial.values[0]);
  t.is(study.best.values[0], Math.min(...(values as number[])));
});

test("a taken name is an error, or goes on with loadIfExists; other metrics never do", async (t) => {
  const storage = memoryStorage();
  const definition = { name: "s", space: smallSpace, strategy: random() };
  await createStudy(definition, { storage });
  await t.throwsAsync(createStudy(definition, { storage }), {
    instanceOf: DuplicateStudyError,
    message: /already a study named "s".*another name.*openStudy, or .*loadIfExists/,
  });
  const again = await createStudy(definition, { storage, loadIfExists: true });
  t.is(again.name, "s");
  await t.throwsAsync(
    createStudy({ ...definition, direction: "maximize" }, { storage, loadIfExists: true }),
    { message: /metrics minimize; its definition now says maximize/ },
  );
});

test("a study goes on with the metrics that it began with, by their names too", async (t) => {
  const storage = memoryStorage();
  const open = (metrics?: Record<string, "minimize">) =>
    createStudy({ name: "named", space: smallSpace, metrics }, { storage, loadIfExists: true });
  await open({ val_loss: "minimize" });
  await t.throwsAsync(open({ train_loss: "minimize" }), {
    message:
      /has the metrics val_loss: minimize; its definition now says train_loss: minimize\. A study's metrics are fixed/,
  });
  t.deepEqual((await open({ val_loss: "minimize" })).metricNames, ["val_loss"]);
  t.is((await open()).name, "named", "who gives no name means the same");
});

test("a define-by-run objective asks from its worker thread, and replays", async (t) => {
  const module = new URL("../runner/fixtures/objectives.js", import.meta.url);
  const study = await createStudy({ name: "d", strategy: random() });
  const runner = threadRunner({ module, exportName: "defineByRun", workers: 3 });
  await engineOf(study).optimizeWith(runner, { trials: 20, workers: 3 });
  await runner.close();
  t.is(study.trials("complete").length, 20);
  t.true(study.trials().every((trial) => Object.keys(trial.params).length > 0));
  const replayed = await replay(study, strategyOf);
  const nobody = /has no trial 999; it has \d+, counted from 0/;
  await t.throwsAsync(replay(study, strategyOf, [0, 999]), { message: nobody });
  t.true(replayed.every(({ same }) => same));
});

test("define-by-run: branches are found from the history, and names keep their kind", async (t) => {
  const study = await createStudy({ name: "d", strategy: random() });
  await study.optimize(
    (trial) => {
      const kind = trial.suggestCategorical("kind", ["a", "b"]);
      t.is(trial.suggestCategorical("kind", ["a", "b"]), kind);
      return kind === "a"
        ? trial.suggestFloat("lr", 1e-5, 1, { log: true })
        : trial.suggestInt("n", 1, 3);
    },
    { trials: 25 },
  );
  const conditions = Object.fromEntries(study.space.parameters.map((p) => [p.name, p.conditions]));
  t.deepEqual(conditions, {
    kind: [],
    lr: [{ parameter: "kind", in: ["a"] }],
    n: [{ parameter: "kind", in: ["b"] }],
  });
  const trial = (await study.ask())!;
  t.throws(() => trial.suggestFloat("kind", 0, 1), { message: /was categorical.*is now float/ });
  t.throws(() => trial.suggestCategorical("kind", ["a"]), { message: /choices of "kind"/ });
});

test("events tell what happens, to the end", async (t) => {
  const study = await newStudy();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const event of study.events()) seen.push(event.type);
  })();
  await study.optimize(
    (trial) => {
      trial.report(1, 0);
      return 1;
    },
    { trials: 2 },
  );
  await watching;
  t.deepEqual(seen, [
    "started",
    "reported",
    "finished",
    "started",
    "reported",
    "finished",
    "stopped",
  ]);
});

test("trials added from elsewhere are checked and seen", async (t) => {
  const study = await newStudy();
  const [added] = await study.addTrials([{ params: { x: 0.5, n: 1 }, result: 3 }]);
  t.like(added, { number: 0, state: "complete", values: [3] });
  t.is(study.best.number, 0);
  await t.throwsAsync(study.addTrials([{ params: { x: 9 }, result: 1 }]), {
    message: /"x"=9 must be float -1 … 1/,
  });
  await t.throwsAsync(study.addTrials([{ params: { y: 9 }, result: 1 }]), {
    message: /no parameter "y"/,
  });
  await t.throwsAsync(study.addTrials([{ params: {}, state: "failed", result: 1 }]), {
    message: /a failed trial has no result/,
  });
});

test("a closure can't go to worker threads, and the error names the form that can", async (t) => {
  const study = await newStudy();
  await t.throwsAsync(
    study.optimize(() => 1, { workers: 2, trials: 1 }),
    { message: /a function can't run in 2 workers.*new URL/ },
  );
  await t.throwsAsync(study.optimize(), { message: /has no objective/ });
});

test("trials become JSON and a table", async (t) => {
  const study = await withValues(await newStudy(), [1.5]);
  const trial = (await study.ask())!;
  trial.report(NaN, 2);
  trial.setUserAttr("note", 'say "hi", twice');
  await study.tell(trial, NaN);
  const json = trialToJson(study.trials()[1]);
  t.like(json, {
    number: 1,
    state: "failed",
    values: null,
    intermediateValues: { 2: "NaN" },
    failure: { reason: "diverged" },
  });
  t.is(typeof json.startedAt, "string");
  const csv = csvOf(rowsOf(study.trials(), ["value"])).split("\r\n");
  t.is(csv[0], "number,state,value,params.x,params.n,user.note,durationMs,failure");
  t.regex(csv[2], /^1,failed,,.*"say ""hi"", twice",\d+,diverged$/);
});
