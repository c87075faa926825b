import test from "ava";
import { HpoError, TrialFinishedError, type Objective } from "../index.ts";
import { createStudy } from "./open-study.ts";
import { viewStudy } from "./study-view.ts";
import { newStudy } from "./testing/small-study.ts";

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
  for (const none of ["0", null, undefined, {}]) {
    const message = /^tell: trial=.* must be a trial that was asked for, or its number/;
    await t.throwsAsync(study.tell(none as never, 1), { instanceOf: HpoError, message });
  }
  await t.throwsAsync(study.tell(trial), { message: /neither a value nor a state/ });
  for (const constraints of ["x", [NaN], null]) {
    const message = /^setConstraints=.* must be a list of numbers/;
    t.throws(() => trial.setConstraints(constraints as never), { instanceOf: HpoError, message });
  }
  t.throws(() => trial.suggestFloat("y", 1, 2, { logg: true } as object), { message: /"logg"/ });
  t.is((await study.tell(trial, 1)).state, "complete");
});

test("options of a run that are no signal and no function are refused before a trial begins", async (t) => {
  const study = await newStudy();
  for (const options of [{ signal: "x" }, { signal: null }, { onTrial: 3 }, { catch: "yes" }]) {
    const [name] = Object.keys(options);
    const message = new RegExp(`^optimize: ${name}=.* must be`);
    const run = study.optimize(() => 1, { trials: 1, ...(options as object) });
    await t.throwsAsync(run, { instanceOf: HpoError, message });
  }
  for (const none of [null, 3]) {
    const message = /^optimize: options=.* such as \{ trials: 30 \}, and an objective a function/;
    await t.throwsAsync(study.optimize(none as never), { instanceOf: HpoError, message });
  }
  t.is(study.counts.complete, 0);
});

test("what the study can't read is refused, and the trial can be told again", async (t) => {
  const study = await newStudy();
  const trial = (await study.ask())!;
  const refused = (result: unknown, message: RegExp) =>
    t.throwsAsync(study.tell(trial, result), { instanceOf: HpoError, message });
  await refused([1, 2], /^tell: got 2 values; this study needs a number\. Tell the trial again/);
  await refused([], /got 0 values/);
  await refused("0.5", /got "0\.5" \(string\)/);
  t.is(study.counts.running, 1);
  t.like(await study.tell(trial, [1]), { state: "complete", values: [1] });
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
  const notes: string[] = [];
  study.subscribe((event) => event.type === "note" && notes.push(event.message));
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
  const unbeatable = notes.filter((note) => note.includes("no trial can be better"));
  t.is(unbeatable.length, 1);
  t.regex(unbeatable[0], /^Trial 5 returned -Infinity: .* hpo study exclude s 5\.$/);
});

test("a trial that is infinitely bad in one of several metrics is told of, and on no front", async (t) => {
  const study = await createStudy({ name: "two", metrics: { a: "minimize", b: "maximize" } });
  const notes: string[] = [];
  const bests: boolean[] = [];
  study.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
    if (event.type === "finished") bests.push(event.isBest);
  });
  const results = [
    { a: Infinity, b: 9 },
    { a: 0, b: -Infinity },
    { a: 2, b: 1 },
    { a: -Infinity, b: 0 },
  ];
  await study.optimize(({ number }) => results[number], { trials: 4 });
  t.deepEqual(bests, [false, false, true, true]);
  t.deepEqual(
    study.bestTrials.map(({ number }) => number),
    [2, 3],
  );
  t.is(notes.length, 3);
  t.regex(notes[0], /^Trial 0 returned Infinity, 9: as bad as can be in one metric/);
  t.regex(notes[1], /^Trial 1 returned 0, -Infinity: as bad as can be/);
  t.regex(notes[2], /^Trial 3 returned -Infinity, 0: no trial can be better/);
  const seen = await viewStudy("two", study.storage);
  t.deepEqual(
    seen.bestTrials.map(({ number }) => number),
    [2, 3],
  );
});
