import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { bayesian, random } from "../../../strategies/index.ts";
import {
  createStudy,
  float,
  HpoError,
  loadStudy,
  openStorage,
  openStudy,
  type Params,
  replay,
  searchSpace,
  type Strategy,
  strategyOf,
  type Study,
  type StudyDefinition,
} from "../../index.ts";
import { inlineRunner } from "../../runner/inline.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { withPostgres } from "../../testing/postgres/with-postgres.ts";
import { engineOf } from "../study-internals.ts";
import { strategyGiven } from "../parts/own-part.ts";
import { definition as logistic } from "../prior/testing/logistic-study.ts";
import type { OddOptions } from "./fixtures/odd-strategy.ts";

// A user would miss: reports, beats and results that are taken in while a model is fitted, and a study
// that is the same for it.

const space = searchSpace({ x: float(0, 1), y: float(0, 1) });
const value = ({ params }: { readonly params: Params }): number =>
  (Number(params["x"]) - 0.3) ** 2 + Number(params["y"]);

const suggestionsOf = (study: Study) => engineOf(study).starter.suggestions;

/** Makes every suggestion count as slow. */
function slow(given: unknown): Study {
  const study = given as Study;
  suggestionsOf(study).slowMs = -1;
  return study;
}

/** Runs six trials, after which a thread makes the suggestions. */
async function untilInThread(t: ExecutionContext, study: Study): Promise<void> {
  for (let pair = 0; pair < 3; pair++) await runPair(study);
  await untilTrusted(t, study);
}

async function runPair(study: Study): Promise<void> {
  for (const trial of await study.ask(2)) await study.tell(trial, value(trial));
}

const paramsOf = (study: Study) => study.trials().map(({ params }) => params);

const allReplay = async (t: ExecutionContext, study: Study): Promise<void> => {
  const replayed = await replay(study, strategyOf);
  t.is(replayed.length, study.trials().length);
  t.deepEqual(
    replayed.filter(({ same }) => !same),
    [],
  );
};

const notesOf = (study: Study): string[] => {
  const notes: string[] = [];
  study.subscribe((event) => void (event.type === "note" && notes.push(event.message)));
  return notes;
};

const ODD = fileURLToPath(new URL("./fixtures/odd-strategy.js", import.meta.url));
const oddStudy = async (options: OddOptions, path = "memory:") =>
  slow(
    await openStudy(
      { name: "odd", space, strategy: await strategyGiven({ file: ODD, ...options }, "") },
      { storage: await openStorage(path) },
    ),
  );

for (const [label, make] of Object.entries({
  bayesian: (): StudyDefinition => ({ name: "s", space, strategy: bayesian(), seed: 3 }),
  "an objective that defines its space": (): StudyDefinition => ({
    name: "s",
    strategy: bayesian(),
  }),
  "a theory prior": (): StudyDefinition => logistic({ trials: 24, strategy: bayesian() }),
})) {
  test(`trials that end together are the same with a thread and without: ${label}`, async (t) => {
    const studies = [await createStudy(make()), slow(await createStudy(make()))] as Study[];
    for (const study of studies) {
      const [first] = study.space.parameters;
      if (first) await study.enqueue({ [first.name]: 0.25 });
      for (let round = 0; round < 4; round++) {
        if (round === 2 && study === studies[1]) await untilTrusted(t, study);
        const trials = await study.ask(6);
        for (const [at, trial] of trials.entries()) {
          if (!first) trial.suggestFloat("x", 0, trial.suggestInt("y", 1, 2));
          await study.tell(trial, at + trial.number / 7);
        }
        if (round === 2) await study.exclude(3);
        if (round === 0 && first) await study.enqueue({ [first.name]: 0.5 });
      }
    }
    t.truthy(suggestionsOf(studies[1]).ahead());
    t.is(studies[1].trials().length, 24);
    t.deepEqual(paramsOf(studies[1]), paramsOf(studies[0]));
    await allReplay(t, studies[1]);
  });
}

async function untilTrusted(t: ExecutionContext, study: Study): Promise<void> {
  t.teardown(() => suggestionsOf(study).close());
  while (!suggestionsOf(study).ahead()) await sleep(5);
}

test("reports and results are taken in while a trial is suggested, which has not seen them", async (t) => {
  const flag = join(await tempFolder(t), "go");
  const study = await oddStudy({ at: 9, does: "wait", flag });
  await untilInThread(t, study);
  const [seven, eight] = await study.ask(3);
  const order: string[] = [];
  const asking = study.ask().then((trial) => {
    order.push("asked");
    return trial!;
  });
  await sleep(50);
  seven.report(1, 0);
  await study.tell(eight, 1);
  order.push("told");
  await writeFile(flag, "");
  t.deepEqual([(await asking).number, order], [9, ["told", "asked"]]);
  // 6, 7 and 8 run, and have not reported.
  t.deepEqual(study.trials()[9].systemAttrs["hpo:asked"], { finished: 6, reported: [] });
  await allReplay(t, study);
});

test("nobody waits for the study's lock, and what others did meanwhile is heeded", async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, "hpo.db");
  const waiting = { at: 7, does: "wait", flag: join(folder, "go"), inThread: true } as const;
  const [study, other] = [await oddStudy(waiting, path), await oddStudy(waiting, path)];
  t.teardown(() => Promise.all([study.storage.close(), other.storage.close()]));
  suggestionsOf(other).slowMs = Infinity;
  await untilInThread(t, study);
  const six = (await other.ask())!;
  await study.refresh();
  const asking = study.ask();
  await sleep(50);
  await other.ask();
  await other.tell(six, 1);
  await other.exclude(2);
  await writeFile(waiting.flag, "");
  const trial = (await asking)!;
  t.is(trial.number, 8, "7 is taken");
  const asked = study.trials()[8].systemAttrs["hpo:asked"];
  t.deepEqual(asked, { finished: 7, reported: [], exclusions: 1 });
  await study.tell(trial, 1);
  await allReplay(t, study);
});

test("an error of the strategy is the same in a thread", async (t) => {
  const study = await oddStudy({ at: 6, does: "throw" });
  await untilInThread(t, study);
  const error = await t.throwsAsync(study.ask(2));
  t.true(error instanceof HpoError);
  t.is(error.message, "There is no trial 6 to be had.");
});

test("where the thread ends, suggestions go on without it, and it is said", async (t) => {
  const study = await oddStudy({ at: 6, does: "exit" });
  const notes = notesOf(study);
  await untilInThread(t, study);
  for (let pair = 0; pair < 2; pair++) await runPair(study);
  t.is(study.finished.length, 10);
  t.regex(notes.join(), /strategy odd takes long.*exit code 3/);
  await allReplay(t, study);
});

const firstOf: Strategy["suggest"] = () => ({ kind: "params", params: { x: 0, y: 0 } });

test("a strategy that is not the same in a thread stays where it is, and it is said", async (t) => {
  const own = { name: "s", space, strategy: { ...random(), name: "own" } };
  const studies = [
    await oddStudy({ at: 0, does: "differ" }),
    slow(await createStudy(own)),
    slow(await createStudy({ ...own, strategy: { ...own.strategy, name: "tpe" } })),
    slow(await createStudy({ ...own, strategy: { ...random(), suggest: firstOf } })),
  ];
  const reasons = [
    /something else there/,
    /is a program's own/,
    /something else there/,
    /is a program's own/,
  ];
  for (const [at, study] of studies.entries()) {
    const notes = notesOf(study);
    for (let pair = 0; pair < 4; pair++) await runPair(study);
    while (notes.length === 0) await sleep(5);
    t.regex(notes.join(), reasons[at]);
    await runPair(study);
    t.is(suggestionsOf(study).ahead(), undefined);
  }
});

/** Runs trials, four at a time, each for some turns of the event loop. */
async function runAtOnce(study: Study, trials: number): Promise<number> {
  const suggestions = suggestionsOf(study);
  const ahead = suggestions.ahead.bind(suggestions);
  let used = 0;
  suggestions.ahead = () => {
    const suggest = ahead();
    if (suggest) used++;
    return suggest;
  };
  const runner = inlineRunner(
    async (trial) => {
      // The later ones are asked for when the thread is there.
      do await sleep(3);
      while (trial.number % 20 > 9 && !ahead());
      return value(trial);
    },
    { slots: 4 },
  );
  await engineOf(study).optimizeWith(runner, { trials, workers: 4 });
  return used;
}

const postgres = withPostgres(test);

postgres.test("parallel studies replay on SQLite and PostgreSQL, resumed ones too", async (t) => {
  const urls = [join(await tempFolder(t), "hpo.db"), await postgres.database()];
  for (const url of urls) {
    const storage = await openStorage(url);
    const definition = { name: "s", space, strategy: bayesian(), seed: 5 };
    for (let run = 0; run < 2; run++) {
      const study = slow(await openStudy(definition, { storage }));
      t.true((await runAtOnce(study, 20)) > 0, "in a thread");
      await allReplay(t, study);
    }
    await storage.close();
  }
});

test("a process that is killed as a thread suggests goes on where it was, and one that is done ends", async (t) => {
  const folder = await tempFolder(t);
  const [program, path] = [join(folder, "program.mjs"), join(folder, "hpo.db")];
  const from = (name: string): string =>
    JSON.stringify(new URL(`../../../${name}`, import.meta.url).href);
  await writeFile(
    program,
    `import { createStudy, float, openStudy, searchSpace } from ${from("src/index.js")};
    import { bayesian } from ${from("strategies/index.js")};
    import { engineOf } from ${from("src/study/study-internals.js")};
    const space = searchSpace({ x: float(0, 1), y: float(0, 1) });
    const definition = { name: "s", space, strategy: bayesian() };
    const study = await openStudy(definition, { storage: ${JSON.stringify(path)} });
    const { suggestions } = engineOf(study).starter;
    suggestions.slowMs = -1;
    study.subscribe(({ type }) => type === "finished" && console.log(suggestions.ahead() ? "ahead" : ""));
    const ends = Number(process.argv[2]);
    while (study.finished.length < ends) {
      const trials = await study.ask(4);
      await Promise.all(trials.map((trial) => study.tell(trial, trial.params.x)));
    }`,
  );
  const child = spawn(process.execPath, [program, "1e9"], { stdio: ["ignore", "pipe", "inherit"] });
  let ahead = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line === "ahead" && ++ahead === 20) child.kill("SIGKILL");
  }
  const done = spawn(process.execPath, [program, "60"], { stdio: ["ignore", "ignore", "inherit"] });
  t.deepEqual(await once(done, "exit"), [0, null]);
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const study = await loadStudy("s", { storage });
  await study.refresh();
  t.true(study.finished.length >= 60);
  t.is(study.counts.running, 0);
  await allReplay(t, study);
});
