import { medianOf } from "../../numerics/quantile.ts";
import test, { type ExecutionContext } from "ava";
import { join } from "node:path";
import {
  float,
  HpoError,
  int,
  loadStudy,
  memoryStorage,
  openStudy,
  priorReport,
  replay,
  searchSpace,
  strategyOf,
  theory,
  type Storage,
  type Strategy,
  type Study,
  type StudyDefinition,
} from "../../index.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { logisticProbe, trained } from "../../theory/study/testing/logistic.ts";
import { calls, definition, wrongBy, type Definition } from "./testing/logistic-study.ts";
import { annealing, bayesian, cmaEs, random, tpe } from "../../../strategies/index.ts";

const notesOf = (study: Study): string[] => {
  const notes: string[] = [];
  study.subscribe((event) => {
    if (event.type === "note") notes.push(event.message);
  });
  return notes;
};
const paramsOf = (study: Study) => study.trials().map(({ params }) => params);

test("the prior is measured once, and said; every later opening finds it in the database", async (t) => {
  const counted = calls();
  const url = `sqlite:${join(await tempFolder(t), "hpo.db")}`;
  const first = await openStorage(url);
  const said: string[] = [];
  const study = await openStudy(definition({}, counted), {
    storage: first,
    log: (message) => said.push(message),
  });
  t.regex(said.join(), /^Measuring curvature.*"lr":.*"batchSize":15/);
  t.regex(notesOf(study)[0], /^Theory's prior: lr 0\.711 \(90 %: .*\) at batch size 16 \(13 grad/);
  const { arms, cost, measured } = priorReport(study)!;
  t.is(cost.gradients, measured[0].measurement.cost.gradients);
  t.regex(measured[0].measuredAt!, /^\d{4}-\d\d-\d\dT/);
  t.like(arms[0], { state: "kept", trials: 0, learningRateName: "lr", measured: "sgd" });
  await first.close();

  const second = await openStorage(url);
  const again = await openStudy(definition({}, counted), { storage: second });
  t.is(counted.count, 1);
  t.deepEqual(again.version.prior, study.version.prior);
  t.deepEqual(notesOf(again), []);
  const loaded = await loadStudy("logistic", { storage: second });
  t.deepEqual(priorReport(loaded), priorReport(study));
  await second.close();
});

/** Runs up to `total` trials, each with a study opened for it alone if `stopped`. */
async function run(storage: Storage, given: StudyDefinition, total: number, stopped: boolean) {
  let study = await openStudy(given, { storage });
  for (let i = 0; i < total; i++) {
    if (stopped) study = await openStudy(given, { storage });
    await study.refresh();
    await study.optimize({ trials: 1, catch: true });
  }
  return study;
}

const strategies: Readonly<Record<string, () => Strategy>> = {
  bayesian,
  tpe,
  "cma-es": cmaEs,
  annealing,
};

for (const [name, strategy] of Object.entries(strategies)) {
  test(`${name}: across a dropped prior a resumed study is one never stopped, and replays`, async (t) => {
    const given = definition({ strategy: strategy(), prior: theory(wrongBy(-4)), trials: 18 });
    const whole = await run(memoryStorage(), given, 18, false);
    const storage = memoryStorage();
    const stopped = await run(storage, given, 18, true);
    t.is(priorReport(whole)!.arms[0].state, "dropped");
    t.deepEqual(paramsOf(stopped), paramsOf(whole));
    t.deepEqual(priorReport(stopped)!.arms, priorReport(whole)!.arms);
    // Opened by its name alone, without the definition, as on the command line.
    const loaded = await loadStudy("logistic", { storage });
    const replayed = await replay(loaded, strategyOf);
    t.is(replayed.length, 18);
    t.deepEqual(
      replayed.filter(({ same }) => !same),
      [],
    );
  });
}

test("with three trials at once, told out of order, every suggestion replays", async (t) => {
  const storage = memoryStorage();
  const given = definition({ prior: theory(wrongBy(-4)), objective: undefined });
  const study = await openStudy(given, { storage });
  const open = await study.ask(3);
  for (let told = 0; told < 24; told++) {
    const [trial] = open.splice((7 * told) % open.length, 1);
    await study.tell(trial, trained(trial.params, trial.seed));
    if (told < 21) open.push((await study.ask())!);
  }
  t.is(priorReport(study)!.arms[0].state, "dropped");
  const replayed = await replay(await loadStudy("logistic", { storage }), strategyOf);
  t.true(replayed.length === 24 && replayed.every(({ same }) => same));
});

test("what becomes of the prior is said once, stands in each suggestion, and in the report", async (t) => {
  const study = await openStudy(definition({ prior: theory(wrongBy(-4)), trials: 18 }));
  const notes = notesOf(study);
  await study.optimize({ catch: true });
  const { state, since, reasons, tests } = priorReport(study)!.arms[0];
  t.is(state, "dropped");
  const said = notes.filter((note) => /^Theory's prior was dropped/.test(note));
  t.deepEqual(said, [`Theory's prior was dropped after trial ${since}: ${reasons.join("; ")}.`]);
  t.true(reasons.length >= 1 && tests.length >= 3);
  const words = study
    .trials()
    .map(({ systemAttrs }) => (systemAttrs["hpo:why"] as Record<string, unknown>)["theoryPrior"]);
  t.is(words[0], "kept");
  t.not(words[since!], "dropped");
  t.is(words[since! + 1], "dropped");
  t.is(words.at(-1), "dropped");
});

test("a strategy that doubts priors leaves this one to the study", async (t) => {
  const given = { strategy: bayesian(), prior: theory(wrongBy(-3)), trials: 24 } as Definition;
  const study = await openStudy(definition(given));
  await study.optimize({ catch: true });
  const why = study.trials().map(({ systemAttrs }) => systemAttrs["hpo:why"] as object);
  t.true(why.every((one) => "theoryPrior" in one && !("prior" in one)));
});

test("a changed prior is adopted, shown, and made of the same measurement", async (t) => {
  const counted = calls();
  const storage = memoryStorage();
  const before = await openStudy(definition({}, counted), { storage });
  await before.optimize({ trials: 4, catch: true });
  const edge = theory({ centre: "edge" });
  const after = await openStudy(definition({ prior: edge }, counted), { storage });
  t.is(counted.count, 1);
  const notes = notesOf(after);
  t.regex(notes[0], /theory's centre was unset and is now "edge"/);
  t.regex(notes[1], /^Theory's prior: lr 0\.469 /);
  await after.refresh();
  await after.optimize({ trials: 2, catch: true });
  const replayed = await replay(await loadStudy("logistic", { storage }), strategyOf);
  t.true(replayed.length === 6 && replayed.every(({ same }) => same));

  const gone = await openStudy(definition({ prior: undefined }), { storage });
  t.regex(notesOf(gone).join(), /theory's prior is gone/);
  t.is(priorReport(gone), undefined);
  await gone.refresh();
  await gone.optimize({ trials: 1, catch: true });
  const back = await openStudy(definition({}, counted), { storage });
  t.regex(notesOf(back).join(), /theory's prior is new/);
});

test("the surge needs more than was measured: then it is measured again", async (t) => {
  const counted = calls();
  const storage = memoryStorage();
  await openStudy(definition({}, counted), { storage });
  const surge = definition({ prior: theory({ batchLaw: "surge" }) }, counted);
  const opened = await openStudy(surge, { storage });
  t.is(counted.count, 2);
  await opened.ask();
  await openStudy(surge, { storage });
  t.is(counted.count, 2);
  await openStudy(definition({ prior: theory({ at: { batchSize: 8 } }) }, counted), { storage });
  t.is(counted.count, 3);
});

test("a measurement that is given needs no probe", async (t) => {
  const measurement = await logisticProbe().measure();
  const study = await openStudy(definition({ prior: theory({ measurement }), probe: undefined }));
  t.regex(notesOf(study)[0], /lr 0\.711 .*\(a given measurement\)/);
});

async function refused(t: ExecutionContext, given: Definition, message: RegExp): Promise<void> {
  const storage = memoryStorage();
  await t.throwsAsync(async () => openStudy(definition(given), { storage }), {
    instanceOf: HpoError,
    message,
  });
  t.deepEqual(await storage.listStudies(), [], "nothing is left behind");
}

test("what theory lacks is refused with the remedy, and no study is made", async (t) => {
  await refused(t, { probe: undefined }, /nothing to measure\. Give the study probe:/);
  await refused(t, { space: undefined }, /needs a declared space/);
  const probe = (): never => {
    throw new Error("The data are gone.");
  };
  await refused(t, { probe }, /"logistic".*"lr":.*The data are gone\..*theory\({ at:/s);
  const nan = () => ({
    measure: async () => {
      throw new HpoError("The loss is NaN at these weights.");
    },
  });
  await refused(t, { probe: nan }, /The loss is NaN at these weights/);
  const nameless = searchSpace({ alpha: float(1e-3, 1, { log: true }) });
  await refused(t, { space: nameless }, /no learning rate among "alpha"/);
  await refused(
    t,
    { metrics: { loss: "minimize", size: "minimize" }, direction: undefined },
    /2 metrics/,
  );
  const far = searchSpace({ lr: float(1e-40, 1e-38, { log: true }), batchSize: int(4, 64) });
  await refused(t, { space: far }, /no weight in the range of "lr"/);
  t.throws(() => definition({ prior: random() as never }), {
    message: /prior=.* must be theory\(\)/,
  });
});

test("two processes that create the study at once have one prior", async (t) => {
  const storage = memoryStorage();
  const counted = calls();
  const [one, other] = await Promise.all([
    openStudy(definition({}, counted), { storage }),
    openStudy(definition({}, counted), { storage }),
  ]);
  t.deepEqual(one.version.prior, other.version.prior);
  t.is(other.versions.length, 1);
});

test("an enqueued trial's open parameters come from the prior", async (t) => {
  const study = await openStudy(definition({ strategy: random() }));
  for (let i = 0; i < 12; i++) await study.enqueue({ batchSize: 16 });
  const rates = (await study.ask(12)).map(({ params }) => Math.log(params["lr"] as number));
  // Uniform draws have a median of 10^-1.5 and spread over 20 e-folds.
  t.true(Math.abs(medianOf(rates) - Math.log(0.711)) < 1.5);
});
