import test from "ava";
import {
  createStudy,
  float,
  int,
  loadStudy,
  memoryStorage,
  oneOf,
  openStudy,
  replay,
  searchSpace,
  strategyOf,
  type Objective,
  type StudyEvent,
} from "../index.ts";
import type { Params } from "../space/index.ts";
import { random } from "../../strategies/index.ts";
import { newStudy, smallSpace, xOf } from "./testing/small-study.ts";

test("the same seed gives the same study, another seed another", async (t) => {
  const run = async (seed: number) => {
    const study = await newStudy({ seed });
    await study.optimize((trial) => xOf(trial), { trials: 15 });
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
  const definition = { name: "s", space: smallSpace, strategy: random() };
  const study = await createStudy(definition, { storage });
  await study.enqueue({ x: 0.5 });
  const asked = await study.ask(4);
  for (const trial of asked.reverse()) {
    trial.report(1, trial.number);
    await study.tell(trial, xOf(trial));
  }
  const wider = searchSpace({ x: float(-2, 2), n: int(0, 9) });
  const notes: StudyEvent[] = [];
  const again = await openStudy({ ...definition, space: wider }, { storage });
  again.subscribe((event) => notes.push(event));
  await again.optimize((trial) => xOf(trial), { trials: 5 });
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
