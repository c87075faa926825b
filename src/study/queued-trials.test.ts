import test from "ava";
import {
  categorical,
  createStudy,
  float,
  HpoError,
  int,
  memoryStorage,
  oneOf,
  openStudy,
  replay,
  searchSpace,
  strategyOf,
  type LiveTrial,
  type Study,
} from "../index.ts";
import { random } from "../../strategies/index.ts";

// A user would miss: queued parameters tried as they were given, and refused where they can't be.

const notesOf = (study: Study<never>): string[] => {
  const notes: string[] = [];
  study.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  return notes;
};

const flat = searchSpace({
  x: float(-1, 1),
  lr: float(1e-4, 1, { log: true }),
  n: int(1, 9),
  c: categorical(["a", 1, true, null]),
});

test("what no parameter can be is refused when it is queued, and the study goes on", async (t) => {
  const study = await createStudy({ name: "s", space: flat, strategy: random() });
  const refused: [params: object, message: RegExp][] = [
    [{ x: NaN }, /"x"=NaN must be a finite number/],
    [{ x: Infinity }, /"x"=Infinity must be a finite number/],
    [{ x: "0.5" }, /"x"="0.5" must be a finite number/],
    [{ x: null }, /"x"=null must be/],
    [{ x: undefined }, /"x"=undefined must be/],
    [{ x: 1n }, /"x"=1n must be/],
    [{ x: [1] }, /"x"=\[1\] must be/],
    [{ lr: 0 }, /"lr"=0 must be a number > 0/],
    [{ lr: -1 }, /"lr"=-1 must be a number > 0/],
    [{ n: 2.5 }, /"n"=2.5 must be an integer/],
    [{ n: 1e300 }, /"n"=1e\+300 must be an integer/],
    [{ c: "1" }, /"c"="1" must be one of/],
    [{ c: Symbol("a") }, /"c"=Symbol\(a\) must be one of/],
    [{ xx: 1 }, /no parameter "xx".*mean "x"/],
    [{ toString: 1 }, /no parameter "toString"/],
  ];
  for (const [params, message] of refused) {
    await t.throwsAsync(study.enqueue(params as never), { instanceOf: HpoError, message });
  }
  for (const params of [null, [], "x=1", 3] as never[]) {
    await t.throwsAsync(study.enqueue(params), { message: /params=.* must be an object/ });
  }
  t.is(study.trials().length, 0);
  t.is(await study.enqueue({ x: 3, lr: 7, n: 40, c: null }), 0);
  t.deepEqual((await study.ask())!.params, { x: 3, lr: 7, n: 40, c: null });
});

test("where the objective defines the space, a value that nothing can hold is refused as well", async (t) => {
  const study = await createStudy({ name: "s", strategy: random() });
  for (const value of [NaN, -Infinity, undefined, 1n, {}, [1], Symbol("a"), () => 1, new Date()]) {
    const queued = study.enqueue({ lr: value } as never);
    await t.throwsAsync(queued, {
      instanceOf: HpoError,
      message: /"lr"=.* must be a finite number/s,
    });
  }
  t.is(study.trials().length, 0);
});

test("define-by-run tries a queued value out of range, says so, and fails on a wrong kind", async (t) => {
  const study = await createStudy({ name: "s", strategy: random() });
  const notes = notesOf(study as never);
  await study.enqueue({ lr: 5, n: 40, c: "a" });
  await study.enqueue({ lr: "fast" });
  await study.enqueue({ n: 2.5 });
  await study.enqueue({ c: "z" });
  const objective = (trial: LiveTrial): number => {
    trial.suggestFloat("lr", 1e-4, 1, { log: true });
    trial.suggestInt("n", 1, 9);
    trial.suggestCategorical("c", ["a", "b"]);
    return 1;
  };
  await study.optimize(objective as never, { trials: 4, catch: true });
  const [first, ...others] = study.trials();
  t.deepEqual(first.params, { lr: 5, n: 40, c: "a" });
  t.true(notes.some((note) => /"lr"=5 lies outside float/.test(note)));
  t.true(notes.some((note) => /"n"=40 lies outside int/.test(note)));
  const messages = others.map((trial) => (trial.state === "failed" ? trial.failure.message : ""));
  t.regex(messages[0], /"lr"="fast" must be a finite number/);
  t.regex(messages[1], /"n"=2.5 must be an integer/);
  t.regex(messages[2], /"c"="z" must be one of/);
  const replayed = await replay(study, strategyOf);
  t.true(replayed.every(({ same }) => same));
});

test("where trials show what a parameter is, a value that it can never have is refused when it is queued", async (t) => {
  const study = await createStudy({ name: "s", strategy: random() });
  const objective = (trial: LiveTrial): number => {
    trial.suggestFloat("lr", 1e-4, 1, { log: true });
    trial.suggestInt("n", 1, 9);
    trial.suggestCategorical("c", ["a", "b"]);
    return 1;
  };
  await study.optimize(objective as never, { trials: 2 });
  const refused: [params: object, message: RegExp][] = [
    [{ lr: "bad" }, /"lr"="bad" must be a finite number: the study's trials have it as float/],
    [{ lr: -1 }, /"lr"=-1 must be a number > 0.*as float/],
    [{ n: 2.5 }, /"n"=2.5 must be an integer: the study's trials have it as int/],
    [{ n: true, x: 1 }, /"n"=true must be a finite number/],
    [{ c: "z" }, /"c"="z" must be one of \["a","b"\]: the study's trials have it as categorical/],
  ];
  for (const [params, message] of refused) {
    await t.throwsAsync(study.enqueue(params as never), { instanceOf: HpoError, message });
  }
  t.is(study.trials().length, 2);
  t.is(await study.enqueue({ lr: 5, n: 40, c: "b" }), 2);
});

const branched = searchSpace({
  ...oneOf("optimizer", {
    sgd: { momentum: float(0, 1) },
    adam: { beta: float(0, 1), ...oneOf("decay", { l2: { rate: float(0, 1) }, none: {} }) },
  }),
});

test("parameters of different branches can't be queued together", async (t) => {
  const study = await createStudy({ name: "s", space: branched, strategy: random() });
  const refused = (params: object, message: RegExp) =>
    t.throwsAsync(study.enqueue(params as never), { instanceOf: HpoError, message });
  await refused({ optimizer: "sgd", beta: 0.9 }, /"beta" exists only when optimizer is "adam"/);
  await refused({ optimizer: "sgd", rate: 0.9 }, /"rate" exists only when optimizer is "adam"/);
  await refused(
    { optimizer: "adam", decay: "none", rate: 1 },
    /"rate" exists only when decay is "l2", and "decay" is given as "none"/,
  );
  await refused(
    { momentum: 0.1, rate: 0.9 },
    /"momentum" exists only when optimizer is "sgd", and "rate" only when optimizer is "adam"\. Drop/,
  );
  t.is(await study.enqueue({ optimizer: "adam", beta: 0.9 }), 0);
  t.is((await study.ask())!.params["beta" as never], 0.9);
});

test("a queued parameter whose branch is not taken is left out, and that is said", async (t) => {
  const study = await createStudy({ name: "s", space: branched, strategy: random(), seed: 3 });
  const notes = notesOf(study as never);
  for (let i = 0; i < 12; i++) await study.enqueue({ beta: 0.5 });
  for (let i = 0; i < 12; i++) await study.tell((await study.ask())!, i);
  const trials = study.trials() as readonly { params: Record<string, unknown> }[];
  const without = trials.filter(({ params }) => params["optimizer"] === "sgd");
  t.true(without.length > 0 && without.length < 12);
  t.true(without.every(({ params }) => !("beta" in params)));
  t.is(
    notes.filter((note) => /queued with "beta", which exists only when/.test(note)).length,
    without.length,
  );
  t.true((await replay(study as never, strategyOf)).every(({ same }) => same));
});

test("a queued trial that can't be started fails, and the next one starts", async (t) => {
  const storage = memoryStorage();
  const study = await createStudy({ name: "s", space: flat, strategy: random() }, { storage });
  const record = (await storage.findStudy("s"))!;
  const waiting = {
    state: "waiting",
    distributions: {},
    reports: [],
    userAttrs: {},
    systemAttrs: {},
  } as const;
  // Queued by another library, or under an older space.
  await storage.createTrials(record.id, [
    { ...waiting, params: { x: NaN } },
    { ...waiting, params: { c: "gone" } },
    { ...waiting, params: { x: 0.25, gone: 3 } },
  ]);
  const notes = notesOf(study as never);
  const trial = (await study.ask())!;
  t.is(trial.number, 2);
  t.is(trial.params.x, 0.25);
  t.false("gone" in trial.params);
  t.true(notes.some((note) => /"gone", which the study's space does not have/.test(note)));
  const [first, second] = study.trials("failed");
  t.regex(first.state === "failed" ? first.failure.message : "", /"x"=NaN, which must be/);
  t.regex(second.state === "failed" ? second.failure.message : "", /"c"="gone", which must be/);
  const again = await openStudy({ name: "s", space: flat, strategy: random() }, { storage });
  await again.refresh();
  t.is(again.counts.failed, 2);
});
