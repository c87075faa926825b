import { hostname } from "node:os";
import test from "ava";
import {
  categorical,
  createStudy,
  csvOf,
  DuplicateStudyError,
  float,
  HpoError,
  int,
  loadStudy,
  maxTrials,
  memoryStorage,
  noImprovement,
  oneOf,
  openStudy,
  replay,
  rowsOf,
  searchSpace,
  strategyOf,
  targetValue,
  TrialFinishedError,
  TrialPruned,
  trialToJson,
  type Objective,
  type Study,
  type StudyEvent,
} from "../index.ts";
import { median, threshold } from "../pruners/index.ts";
import { threadRunner } from "../runner/thread/thread-runner.ts";
import type { Params } from "../space/index.ts";
import { grid, random } from "../../strategies/index.ts";
import { engineOf } from "./study-internals.ts";

const space = searchSpace({ x: float(-1, 1), n: int(0, 9) });
const x = (trial: { params: Params }): number => trial.params["x"] as number;

const newStudy = (extra: Record<string, unknown> = {}): Promise<Study> =>
  createStudy({ name: "s", space, strategy: random(), ...extra });

/** Runs one trial per value. */
async function withValues(study: Study, values: readonly (number | readonly number[])[]) {
  for (const value of values) {
    const trial = await study.ask();
    await study.tell(trial!, value);
  }
  return study;
}

test("a study finds, keeps and counts trials", async (t) => {
  const study = await newStudy();
  const reason = await study.optimize((trial) => Math.abs(x(trial)), { trials: 30 });
  t.is(reason, "30 trials were run");
  t.is(study.counts.complete, 30);
  const values = study
    .trials("complete")
    .map((trial) => trial.state === "complete" && trial.values[0]);
  t.is(study.best.values[0], Math.min(...(values as number[])));
});

test("tell refuses what contradicts itself", async (t) => {
  const study = await newStudy();
  const trial = (await study.ask())!;
  const refused = (result: unknown, state: string, message: RegExp) =>
    t.throwsAsync(study.tell(trial, result, { state: state as "complete" }), {
      instanceOf: HpoError,
      message,
    });
  await refused(undefined, "complete", /returned nothing.*needs a number/);
  await refused(NaN, "complete", /NaN/);
  await refused(1, "pruned", /takes no value, got 1/);
  await refused(1, "failed", /takes no value/);
  await refused(1, "running", /can't end as "running"/);
  await t.throwsAsync(study.tell(77, 1), { message: /has no trial 77/ });
  t.is((await study.tell(trial, 1)).state, "complete");
});

test("a trial told twice is an error, or nothing with skipIfFinished", async (t) => {
  const study = await newStudy();
  const trial = (await study.ask())!;
  await study.tell(trial, 1);
  await t.throwsAsync(study.tell(trial, 2), { instanceOf: TrialFinishedError });
  const kept = await study.tell(trial, 2, { skipIfFinished: true });
  t.like(kept, { state: "complete", values: [1] });
});

test("a pruned trial's value is the report at its largest step", async (t) => {
  const study = await newStudy();
  const trial = (await study.ask())!;
  trial.report(3, 0);
  trial.report(1, 7);
  trial.report(2, 5);
  t.like(await study.tell(trial, undefined, { state: "pruned" }), { state: "pruned", values: [1] });
  t.deepEqual(
    study.trials()[0].reports.map(({ step }) => step),
    [0, 5, 7],
  );
});

test("the first report at a step stands; a step that is none is an error", async (t) => {
  const study = await newStudy();
  const trial = (await study.ask())!;
  trial.report(1, 0);
  trial.report(2, 0);
  t.deepEqual(trial.reports, [{ step: 0, value: 1 }]);
  t.throws(() => trial.report(1, -1), { message: /step=-1 must be an integer ≥ 0/ });
  t.throws(() => trial.report(1, 0.5), { instanceOf: HpoError });
  t.throws(() => trial.report("a" as never, 1), { message: /"a" must be a number/ });
});

test("a finished trial takes no report, suggestion or attribute", async (t) => {
  const study = await newStudy();
  const trial = (await study.ask())!;
  await study.tell(trial, 1);
  for (const call of [
    () => trial.report(1, 1),
    () => trial.suggestFloat("y", 0, 1),
    () => trial.setUserAttr("a", 1),
    () => trial.shouldPrune(),
  ]) {
    t.throws(call, { instanceOf: TrialFinishedError });
  }
});

test("what an objective throws fails its trial and is raised, unless caught", async (t) => {
  const fails: Objective<unknown> = () => {
    throw new RangeError("boom");
  };
  const raised = await newStudy();
  await t.throwsAsync(raised.optimize(fails, { trials: 3 }), {
    instanceOf: RangeError,
    message: "boom",
  });
  t.is(raised.counts.failed, 1);
  t.like(raised.trials()[0], { failure: { reason: "error", message: "RangeError: boom" } });
  const caught = await newStudy();
  await caught.optimize(fails, { trials: 3, catch: true });
  t.is(caught.counts.failed, 3);
});

test("NaN is divergence; nothing, text or too many numbers an error; caught, the study goes on", async (t) => {
  const study = await newStudy();
  const results: unknown[] = [NaN, undefined, "good", [1, 2], Infinity, -Infinity, 1];
  await study.optimize(() => results.shift() as number, { trials: 7, catch: true });
  const ends = study
    .trials()
    .map((trial) => (trial.state === "failed" ? trial.failure.reason : trial.state));
  t.deepEqual(ends, ["diverged", "error", "error", "error", "complete", "complete", "complete"]);
  t.regex(
    (study.trials()[1] as { failure: { message: string } }).failure.message,
    /returned nothing; this study needs a number/,
  );
});

test("of equal trials the first is best, in both directions", async (t) => {
  const low = await withValues(await newStudy(), [3, 1, 1, 2]);
  t.is(low.best.number, 1);
  const high = await withValues(await newStudy({ direction: "maximize" }), [3, 1, 3, 2]);
  t.is(high.best.number, 0);
});

test("a trial that violates a constraint is never best", async (t) => {
  const study = await newStudy();
  for (const [value, constraint] of [
    [0, 1],
    [5, -1],
    [3, -1],
  ]) {
    const trial = (await study.ask())!;
    trial.setConstraints([constraint]);
    await study.tell(trial, value);
  }
  t.is(study.best.values[0], 3);
});

test("best says why there is none", async (t) => {
  const study = await newStudy();
  t.throws(() => study.best, { message: /no complete trial yet \(0 pruned, 0 failed\)/ });
  const trial = (await study.ask())!;
  trial.report(1, 0);
  await study.tell(trial, undefined, { state: "pruned" });
  t.throws(() => study.best, { message: /\(1 pruned/ });
});

test("stopped at number 4, a study has 5 trials; with none asked, none", async (t) => {
  const study = await newStudy();
  let calls = 0;
  await study.optimize((trial) => x(trial), {
    onTrial: (trial) => {
      calls++;
      if (trial.number === 4) study.stop();
    },
  });
  t.is(study.trials().length, 5);
  t.is(calls, 5);
  await study.optimize((trial) => x(trial), { trials: 0 });
  t.is(study.trials().length, 5);
});

test("a taken name is an error, or goes on with loadIfExists; other metrics never do", async (t) => {
  const storage = memoryStorage();
  const definition = { name: "s", space, strategy: random() };
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

test("queued trials come first, in their order, with what is left out suggested", async (t) => {
  const study = await newStudy();
  await study.enqueue({ x: 0.5, n: 3 });
  await study.enqueue({ x: 0.25 }, { userAttrs: { from: "me" } });
  const first = (await study.ask())!;
  const second = (await study.ask())!;
  t.deepEqual(first.params, { x: 0.5, n: 3 });
  t.is(second.params["x"], 0.25);
  t.is(typeof second.params["n"], "number");
  t.deepEqual(second.userAttrs, { from: "me" });
});

test("a queued value out of range is kept and noted, an unknown name or category refused", async (t) => {
  const study = await createStudy({
    name: "s",
    space: searchSpace({ x: float(0, 1), c: categorical(["a", "b"]) }),
  });
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
  await study.enqueue({ x: 7 });
  t.regex(notes[0], /"x"=7 lies outside float 0 … 1; it is tried all the same/);
  t.is((await study.ask())!.params["x"], 7);
  await t.throwsAsync(study.enqueue({ c: "z" }), { message: /"c"="z" must be one of \["a","b"\]/ });
  await t.throwsAsync(study.enqueue({ xx: 1 }), { message: /no parameter "xx".*mean "x"/ });
});

test("skipIfExists compares the same names", async (t) => {
  const study = await newStudy();
  t.is(await study.enqueue({ x: 0.5 }), 0);
  t.is(await study.enqueue({ x: 0.5 }, { skipIfExists: true }), undefined);
  t.is(await study.enqueue({ x: 0.5, n: 1 }, { skipIfExists: true }), 1);
  t.is(await study.enqueue({ x: 0.6 }, { skipIfExists: true }), 2);
});

test("ten askers at once pop ten queued trials once each", async (t) => {
  const storage = memoryStorage();
  const definition = { name: "s", space, strategy: random() };
  const study = await createStudy(definition, { storage });
  for (let i = 0; i < 10; i++) await study.enqueue({ n: i });
  const studies = await Promise.all(
    Array.from({ length: 10 }, () => openStudy(definition, { storage })),
  );
  const asked = await Promise.all(studies.map((one) => one.ask()));
  t.deepEqual(
    asked.map((trial) => trial!.params["n"]).sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test("ask(n) gives n trials that differ, and fewer when nothing is left", async (t) => {
  const study = await newStudy();
  const asked = await study.ask(5);
  t.is(new Set(asked.map((trial) => x(trial))).size, 5);
  const small = await createStudy({
    name: "g",
    space: searchSpace({ n: int(1, 3) }),
    strategy: grid(),
  });
  t.is((await small.ask(5)).length, 3);
  t.is(await small.ask(), undefined);
});

test("a grid is run once over, failed and pruned points included, by four workers", async (t) => {
  const finite = searchSpace({ n: int(1, 5), c: categorical(["a", "b", null]) });
  const study = await createStudy({ name: "g", space: finite, strategy: grid() });
  const reason = await study.optimize(
    async (trial) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (trial.number % 5 === 0) return NaN;
      if (trial.number % 5 === 1) throw new TrialPruned();
      return trial.number;
    },
    { workers: 1 },
  );
  t.is(reason, "nothing is left to suggest");
  t.is(new Set(study.trials().map((trial) => JSON.stringify(trial.params))).size, 15);
  t.is(study.trials().length, 15);
});

test("no point of a finite space is tried twice, unless repeats are asked for", async (t) => {
  const finite = searchSpace({ n: int(1, 4), b: categorical([true, false]) });
  const objective = (): number => 1;
  const once = await createStudy({ name: "a", space: finite, strategy: random() });
  await once.optimize(objective, { trials: 50 });
  t.is(once.trials().length, 8);
  const twice = await createStudy({ name: "b", space: finite, strategy: random(), repeats: true });
  await twice.optimize(objective, { trials: 50 });
  t.is(twice.trials().length, 50);
});

test("the median pruner stops what is hopeless, and its values stay", async (t) => {
  const study = await newStudy({ pruner: median({ startupTrials: 2 }) });
  await study.optimize(
    (trial) => {
      const level = trial.number < 3 ? 1 : 2;
      for (let step = 0; step < 5; step++) {
        trial.report(level, step);
        if (trial.shouldPrune()) throw new TrialPruned();
      }
      return level;
    },
    { trials: 5 },
  );
  t.deepEqual(
    study.trials().map((trial) => trial.state),
    ["complete", "complete", "complete", "pruned", "pruned"],
  );
  t.is(study.trials()[4].reports.length, 1);
});

test("a threshold's bounds are in the metric's own sense, in a maximising study too", async (t) => {
  const study = await newStudy({ direction: "maximize", pruner: threshold({ lower: 0.5 }) });
  await study.optimize(
    (trial) => {
      const accuracy = trial.number === 0 ? 0.9 : 0.1;
      trial.report(accuracy, 0);
      if (trial.shouldPrune()) throw new TrialPruned();
      return accuracy;
    },
    { trials: 2 },
  );
  t.deepEqual(
    study.trials().map((trial) => trial.state),
    ["complete", "pruned"],
  );
});

test("stop rules give their reason", async (t) => {
  const run = async (until: Parameters<typeof openStudy>[0]["until"]): Promise<string> =>
    (await newStudy({ until })).optimize((trial) => 100 - trial.number);
  t.is(await run(maxTrials(7)), "the study has its 7 trials");
  t.is(await run(targetValue(90)), "the target 90 is reached by trial 10");
  const flat = await newStudy({ until: [maxTrials(100), noImprovement(5)] });
  t.is(await flat.optimize(() => 1), "5 trials in a row brought no improvement");
  t.is(flat.trials().length, 6);
  t.throws(() => maxTrials(0), { message: /maxTrials: count=0 must be an integer ≥ 1/ });
});

test("a total is met exactly, however many run at once", async (t) => {
  for (const workers of [1, 2, 3, 7]) {
    const module = new URL("../runner/fixtures/objectives.js", import.meta.url);
    const study = await newStudy();
    const runner = threadRunner({ module, exportName: "square", workers });
    const reason = await engineOf(study).optimizeWith(runner, { total: 20, workers });
    await runner.close();
    t.is(study.trials("complete").length, 20, reason);
  }
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
  t.true(replayed.every(({ same }) => same));
});

test("several metrics have a front, by name or by place", async (t) => {
  const study = await createStudy({
    name: "two",
    space,
    metrics: { loss: "minimize", accuracy: "maximize" },
    strategy: random(),
  });
  const results = [{ loss: 1, accuracy: 0.5 }, [2, 0.9], { loss: 3, accuracy: 0.8 }, { loss: 1 }];
  await study.optimize(() => results.shift() as unknown as number, { trials: 4, catch: true });
  t.deepEqual(
    study.bestTrials.map((trial) => trial.number),
    [0, 1],
  );
  t.regex(
    (study.trials()[3] as { failure: { message: string } }).failure.message,
    /an object without accuracy/,
  );
  t.throws(() => study.best, { message: /2 metrics and no single best.*bestTrials/ });
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

test("a single-value domain needs no strategy", async (t) => {
  const study = await createStudy({ name: "d", strategy: random() });
  const trial = (await study.ask())!;
  t.is(trial.suggestFloat("a", 2, 2), 2);
  t.is(trial.suggestCategorical("b", ["only"]), "only");
});

test("the same seed gives the same study, another seed another", async (t) => {
  const run = async (seed: number) => {
    const study = await newStudy({ seed });
    await study.optimize((trial) => x(trial), { trials: 15 });
    return study.trials().map((trial) => trial.params);
  };
  t.deepEqual(await run(1), await run(1));
  t.notDeepEqual(await run(1), await run(2));
});

test("a study stopped and opened again goes on as if it had not been, and replays", async (t) => {
  const conditional = searchSpace({
    ...oneOf("o", { a: { p: float(0, 1) }, b: { q: int(1, 9) } }),
    lr: float(1e-5, 1, { log: true }),
  });
  const definition = { name: "s", space: conditional, strategy: random(), seed: 3 };
  const objective: Objective<Params> = (trial) => Math.log(trial.params["lr"] as number);
  const whole = await createStudy(definition);
  await whole.optimize(objective, { trials: 20 });
  const storage = memoryStorage();
  for (let i = 0; i < 4; i++) {
    const part = await openStudy(definition, { storage });
    await part.optimize(objective, { trials: 5 });
  }
  const parts = await loadStudy("s", { storage });
  t.deepEqual(
    parts.trials().map((trial) => trial.params),
    whole.trials().map((trial) => trial.params),
  );
  const replayed = await replay(parts, strategyOf);
  t.is(replayed.length, 20);
  t.true(replayed.every(({ same }) => same));
});

test("suggestions replay after parallel asks, queued trials and a moved range", async (t) => {
  const storage = memoryStorage();
  const definition = { name: "s", space, strategy: random() };
  const study = await createStudy(definition, { storage });
  await study.enqueue({ x: 0.5 });
  const asked = await study.ask(4);
  for (const trial of asked.reverse()) {
    trial.report(1, trial.number);
    await study.tell(trial, x(trial));
  }
  const wider = searchSpace({ x: float(-2, 2), n: int(0, 9) });
  const notes: StudyEvent[] = [];
  const again = await openStudy({ ...definition, space: wider }, { storage });
  again.subscribe((event) => notes.push(event));
  await again.optimize((trial) => x(trial), { trials: 5 });
  const loaded = await loadStudy("s", { storage });
  t.is(loaded.versions.length, 2);
  const replayed = await replay(loaded, strategyOf);
  t.deepEqual(
    replayed.filter(({ same }) => !same),
    [],
  );
  t.is(replayed.length, 9);
});

test("a parameter may move its range, not change its kind or choices", async (t) => {
  const storage = memoryStorage();
  await createStudy({ name: "s", space: searchSpace({ a: float(0, 1) }) }, { storage });
  await t.throwsAsync(openStudy({ name: "s", space: searchSpace({ a: int(0, 1) }) }, { storage }), {
    message: /"a" was float in this study and is now int/,
  });
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

test("an abort hands running trials back; they are started again as they were", async (t) => {
  const study = await newStudy();
  const stop = new AbortController();
  const params: Params[] = [];
  const reason = await study.optimize(
    (trial) => {
      params.push({ ...trial.params });
      trial.report(1, 0);
      stop.abort();
      return new Promise<number>(() => undefined);
    },
    { trials: 3, signal: stop.signal },
  );
  t.regex(reason, /stopped at once/);
  const again = (await study.ask())!;
  t.is(again.number, 0);
  t.deepEqual(again.params, params[0]);
  t.deepEqual(again.reports, []);
});

/** A process that is dead: this host's, of another boot. */
const dead = { host: hostname(), boot: "an earlier boot", pid: 1, start: "1" };

/** A study with a running trial, number 0, whose process is dead. */
async function withLostTrial(definition: object) {
  const storage = memoryStorage();
  const whole = { name: "s", space, strategy: random(), ...definition };
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
  const definition = { name: "s", space, strategy: random() };
  const first = await createStudy(definition, { storage });
  await first.ask();
  const second = await openStudy(definition, { storage });
  t.is((await second.ask())!.number, 1);
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
