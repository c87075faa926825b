import test from "ava";
import {
  confirm,
  createStudy,
  float,
  loadStudy,
  memoryStorage,
  searchSpace,
  type LiveTrial,
} from "../../index.ts";
import { median } from "../../pruners/index.ts";
import { random } from "../../../strategies/index.ts";

// A user would miss: to be told that the best of many trials was lucky, and which one to take.

const space = searchSpace({ x: float(0, 1) });
type OfX = LiveTrial<{ readonly x: number }>;

/** About x, with a luck of ±.2 that hangs on the trial's seed alone. */
const noisy = ({ params, seed }: OfX): number => params.x + ((seed % 1009) / 1009 - 0.5) * 0.4;

test("of one run each nothing is known but its value: the first is as good as itself alone", async (t) => {
  const study = await createStudy({ name: "once", space, strategy: random() });
  await study.optimize(noisy, { trials: 6 });
  const { settings, ignoresSeeds } = await confirm(study, noisy, { top: 3, seeds: 1 });
  t.deepEqual(settings.map(({ isTied }) => isTied), [true, false, false]); // prettier-ignore
  t.true(settings.every(({ halfWidth }) => halfWidth === undefined));
  t.false(ignoresSeeds);

  const flat = await createStudy({ name: "flat", space, strategy: random() });
  await flat.optimize(() => 1, { trials: 4 });
  const equal = await confirm(flat, () => 1, { top: 2, seeds: 1 });
  t.deepEqual(equal.settings.map(({ isTied }) => isTied), [true, true]); // prettier-ignore
});

test("unless it is told otherwise, the five best settings run three times", async (t) => {
  const study = await createStudy({ name: "many", space, strategy: random() });
  await study.optimize(({ params }) => params.x, { trials: 7 });
  let calls = 0;
  const { settings } = await confirm(study, ({ params }: OfX) => params.x + 0 * calls++);
  t.deepEqual([settings.length, calls], [5, 15]);
});

test("the best settings run again on fresh seeds, beside the study, once", async (t) => {
  const storage = memoryStorage();
  const study = await createStudy({ name: "noisy", space, strategy: random() }, { storage });
  const seeds = new Set<number>();
  let calls = 0;
  const objective = (trial: OfX): number => {
    calls++;
    t.false(seeds.has(trial.seed), "a seed of its own");
    seeds.add(trial.seed);
    return noisy(trial);
  };
  await study.optimize(objective, { trials: 40 });
  const before = study.best;
  calls = 0;
  const found = await confirm(study, objective, { top: 4, seeds: 3 });
  t.is(calls, 12);
  t.is(study.trials().length, 40, "the strategy sees nothing of it");
  t.is(found.formerBest, before.number);
  t.deepEqual([found.study, found.runs, found.ignoresSeeds], ["noisy", "noisy-confirm", false]);

  const former = found.settings.find(({ trial }) => trial === before.number)!;
  t.true(former.mean > former.was, "the best was lucky");
  const means = found.settings.map(({ mean }) => mean);
  t.deepEqual(
    means,
    [...means].sort((a, b) => a - b),
  );
  // t of 95 % with 4·(3 − 1) degrees of freedom, R 4.5: qt(.975, 8)
  const square = found.settings.flatMap(({ values, mean }) => values.map((v) => (v - mean) ** 2));
  const s = Math.sqrt(square.reduce((sum, v) => sum + v, 0) / 8);
  const [best] = found.settings;
  t.true(Math.abs(best.halfWidth! - (2.306004135204166 * s) / Math.sqrt(3)) < 1e-12);
  for (const { mean, isTied } of found.settings) {
    t.is(isTied, mean - best.mean <= best.halfWidth! * Math.SQRT2);
  }

  calls = 0;
  t.deepEqual(await confirm(study, objective, { top: 4, seeds: 3 }), found);
  t.is(calls, 0, "what is there does not run again");
  const more = await confirm(study, objective, { top: 2, seeds: 5 });
  t.is(calls, 4, "what is missing runs");
  t.deepEqual(
    more.settings.map(({ values }) => values.length),
    [5, 5],
  );
  const runs = await loadStudy("noisy-confirm", { storage });
  t.is(runs.userAttrs["confirms"], "noisy");
});

test("an objective that ignores its seed is found out", async (t) => {
  const study = await createStudy({ name: "s", space, strategy: random() });
  const plain = ({ params }: OfX): number => params.x;
  await study.optimize(plain, { trials: 8 });
  const { settings, ignoresSeeds } = await confirm(study, plain, { top: 3, seeds: 2 });
  t.true(ignoresSeeds);
  t.is(settings[0].trial, study.best.number);
  t.true(settings.every(({ halfWidth, mean, was }) => halfWidth === undefined && mean === was));
  t.deepEqual(
    settings.map(({ isTied }) => isTied),
    [true, false, false],
  );
  const once = await confirm(await createdWith(5), noisy, { top: 2, seeds: 1 });
  t.false(once.ignoresSeeds, "one run of each tells nothing of it");
  t.is(once.settings[0].halfWidth, undefined);
});

async function createdWith(trials: number) {
  const study = await createStudy({ name: "few", space, strategy: random() });
  await study.optimize(noisy, { trials });
  return study;
}

test("a setting that fails on some seeds comes last; runs are not pruned; more may be better", async (t) => {
  const study = await createStudy({
    name: "fragile",
    direction: "maximize",
    space,
    strategy: random(),
    pruner: median({ startupTrials: 1 }),
    objective: (trial: OfX): number => {
      if (trial.number < 6) return noisy(trial);
      trial.report(-1e9, 1);
      t.false(trial.shouldPrune());
      return noisy(trial);
    },
  });
  await study.optimize({ trials: 6 });
  const best = study.best;
  const fails = (trial: OfX): number =>
    trial.params.x === best.params.x && trial.number > 3 ? NaN : noisy(trial);
  const { settings } = await confirm(study, fails, { top: 3, seeds: 4 });
  const last = settings.at(-1)!;
  t.is(last.trial, best.number);
  t.is(last.failed + last.values.length, 4);
  t.true(last.failed > 0 && !last.isTied);
  t.true(settings[0].mean >= settings[1].mean);
  t.is((await confirm(study, { top: 1, seeds: 6 })).settings[0].values.length, 6 - last.failed);
});

test("what can't be confirmed is said", async (t) => {
  const storage = memoryStorage();
  const none = await createStudy({ name: "none", space }, { storage });
  await t.throwsAsync(confirm(none, noisy), { message: /"none" has no complete trial. Run it/ });
  const two = await createStudy(
    { name: "two", space, metrics: { a: "minimize", b: "minimize" }, strategy: random() },
    { storage },
  );
  await t.throwsAsync(confirm(two, noisy), {
    message: /"two" has 2 metrics, so no trial is the best/,
  });
  await createStudy({ name: "taken-confirm", space }, { storage });
  const taken = await createStudy({ name: "taken", space, strategy: random() }, { storage });
  await taken.optimize(noisy, { trials: 2 });
  await t.throwsAsync(confirm(taken, noisy), {
    message: /"taken-confirm" that does not confirm "taken"/,
  });
  await t.throwsAsync(confirm(taken, noisy, { seeds: 0 }), { message: /confirm: seeds=0/ });
});
