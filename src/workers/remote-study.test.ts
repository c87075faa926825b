import test, { type ExecutionContext } from "ava";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Objective } from "../contracts/objective.ts";
import type { Runner } from "../contracts/runner.ts";
import type { FinishedTrial } from "../contracts/trial.ts";
import { provenanceOf } from "../contracts/provenance.ts";
import { HpoError, TrialPruned } from "../errors/errors.ts";
import { durationOf } from "../export/table.ts";
import { threshold } from "../pruners/index.ts";
import { inlineRunner } from "../runner/inline.ts";
import { float, searchSpace } from "../space/index.ts";
import { openStorage } from "../storage/open-storage.ts";
import { openStudy } from "../study/open-study.ts";
import { optimize } from "../study/optimize.ts";
import { defineStudy, type StudyDefinition } from "../study/study-definition.ts";
import type { Study } from "../study/study.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { coordinate } from "./coordinator.ts";
import { checkSameStudy, definitionFacts } from "./definition-facts.ts";
import { httpSource } from "./http-source.ts";
import { RemoteStudy } from "./remote-study.ts";
import { serveWork } from "./work-server.ts";
import type { WorkSource } from "./work-source.ts";

/** Serves a study over HTTP, and runs it by workers that know nothing but the URL. */
async function ranElsewhere(
  t: ExecutionContext,
  definition: StudyDefinition,
  total: number,
): Promise<Study> {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const study = await openStudy(definition, { storage });
  const source = await coordinate(study, {
    definition: definitionFacts(definition),
    total,
    waitMs: 20,
  });
  const server = await serveWork({
    studies: new Map([[definition.name, source]]),
    host: "127.0.0.1",
    port: 0,
    gate: async () => undefined,
  });
  t.teardown(() => server.close());
  const url = new URL(`http://127.0.0.1:${server.port}/${encodeURIComponent(definition.name)}`);
  await Promise.all(
    ["a", "b"].map(async (worker) => {
      const remote = new RemoteStudy({
        source: httpSource({ url, note: t.log }),
        definition,
        folder: join(folder, worker),
        note: t.log,
        worker,
        provenance: { host: worker, platform: "linux-x64", dirty: true, versions: { node: "1" } },
      });
      const runner = inlineRunner(definition.objective as Objective, { slots: 2 });
      await optimize(remote, runner, { workers: 2, catch: true });
      await remote.close();
    }),
  );
  source.close();
  return study;
}

/** Passes all calls on, for a test that watches some of them. */
const passing = (source: WorkSource): WorkSource => ({
  facts: () => source.facts(),
  claim: (slot, signal) => source.claim(slot, signal),
  report: (held, news) => source.report(held, news),
  release: (held) => source.release(held),
  leave: (worker) => source.leave(worker),
  beat: (worker, held) => source.beat(worker, held),
  tell: (held, news, told) => source.tell(held, news, told),
});

test("a study run elsewhere has what its trials did, to the last bit", async (t) => {
  const study = await ranElsewhere(
    t,
    defineStudy({
      name: "far / away",
      metrics: { loss: "minimize", size: "maximize" },
      space: searchSpace({ x: float(0, 1) }),
      objective: (trial) => {
        const { x } = trial.params;
        trial.report(NaN, 0);
        trial.report(x / 3, 1);
        trial.log({ gradNorm: x, rate: Infinity }, 1);
        trial.setUserAttr("η", { seed: trial.seed, nested: [x, null] });
        trial.setConstraints([-x]);
        const all: Record<string, number> = { loss: x * 0.1, size: Infinity };
        return trial.number === 3 ? { loss: x } : all;
      },
    }),
    8,
  );
  t.is(study.finished.length, 8);
  for (const trial of study.trials()) {
    const x = Number(trial.params["x"]);
    t.deepEqual(trial.reports, [
      { step: 0, value: NaN },
      { step: 1, value: x / 3 },
    ]);
    t.like(trial.userAttrs["η"], { nested: [x, null] });
    t.like(provenanceOf(trial), { dirty: true, versions: { node: "1" } });
    t.true(["a", "b"].includes(provenanceOf(trial)!.host), "the worker's, not the coordinator's");
    t.deepEqual(trial.systemAttrs["constraints"], [-x]);
    t.deepEqual(trial.systemAttrs["hpo:curves"], { gradNorm: [[1, x]], rate: [[1, Infinity]] });
    if (trial.number === 3) {
      t.is(trial.state, "failed");
      t.regex(trial.state === "failed" ? trial.failure.message : "", /without size/);
    } else t.deepEqual(trial.state === "complete" && trial.values, [x * 0.1, Infinity]);
  }
});

test("an objective that asks for its parameters as it runs is given them elsewhere, too", async (t) => {
  const study = await ranElsewhere(
    t,
    defineStudy({
      name: "open",
      objective: (trial) => {
        const kind = trial.suggestCategorical("kind", ["sgd", "adam"]);
        const x = trial.suggestFloat(`${kind} rate`, 1e-3, 1, { log: true });
        return x + trial.suggestInt("units", 1, 4);
      },
    }),
    24,
  );
  t.is(study.counts.complete, 24);
  for (const trial of study.trials()) {
    const { kind, units } = trial.params;
    const rate = trial.params[`${String(kind)} rate`];
    t.is(trial.state === "complete" && trial.values[0], Number(rate) + Number(units));
    t.is(Object.keys(trial.distributions).length, 3);
  }
  t.true(new Set(study.trials().map(({ params }) => params["units"])).size > 1);
});

test("of a trial whose result is being told, no sign of life says that it is lost", async (t) => {
  const space = searchSpace({ x: float(0, 1) });
  const definition = defineStudy({ name: "told", space, objective: () => 1 });
  const storage = await openStorage("memory:");
  const study = await openStudy(definition, { storage });
  const facts = definitionFacts(definition);
  const source = await coordinate(study, { definition: facts, total: 3, waitMs: 1 });
  const lost: number[] = [];
  let beats = 0;
  const slow: WorkSource = {
    ...passing(source),
    beat: async (worker, held) => {
      const gone = await source.beat(worker, held);
      lost.push(...gone.map(({ number }) => number));
      beats++;
      return gone;
    },
    tell: async (held, news, told) => {
      const answer = await source.tell(held, news, told);
      const from = beats;
      while (beats < from + 2) await sleep(1);
      return answer;
    },
  };
  const notes: string[] = [];
  const note = (message: string): void => void notes.push(message);
  const folder = await tempFolder(t);
  const remote = new RemoteStudy({ source: slow, definition, folder, note, beatMs: 2 });
  await optimize(remote, inlineRunner(definition.objective as Objective), {});
  await remote.close();
  source.close();
  t.deepEqual(new Set(lost), new Set([0, 1, 2]), "beats came as they were told");
  t.deepEqual(notes, []);
  t.is(study.counts.complete, 3);
});

// A user would miss: durations of the same trials that are equal, wherever they run.
test("a trial elsewhere lasts as long as its objective, without its worker's start", async (t) => {
  const space = searchSpace({ x: float(0, 1) });
  const definition = defineStudy({ name: "slow start", space, objective: () => 1 });
  const storage = await openStorage("memory:");
  const study = await openStudy(definition, { storage });
  const facts = definitionFacts(definition);
  const source = await coordinate(study, { definition: facts, total: 1, waitMs: 1 });
  t.teardown(() => source.close());
  let [began, told] = [0, 0];
  const watched: WorkSource = {
    ...passing(source),
    tell: (held, news, end) =>
      source.tell(held, news, end).finally(() => (told = performance.now())),
  };
  const folder = await tempFolder(t);
  const remote = new RemoteStudy({ source: watched, definition, folder, note: t.log });
  const here: FinishedTrial[] = [];
  const starting: Runner = {
    slots: 1,
    run: async (trial) => {
      trial.begin();
      trial.startsWorker();
      await sleep(500);
      began = performance.now();
      trial.begin();
      return { kind: "returned", result: 1 };
    },
    close: async () => undefined,
  };
  await optimize(remote, starting, { onTrial: (trial) => here.push(trial) });
  await remote.close();
  const [stored] = study.finished;
  for (const trial of [stored, ...here]) {
    const lasted = durationOf(trial)!;
    // Its two times are stored in whole milliseconds.
    t.true(lasted >= 0 && lasted <= told - began + 2, `${lasted} ms of ${told - began}`);
  }
  t.is(here.length, 1);
});

test("a pruner stops trials elsewhere", async (t) => {
  const study = await ranElsewhere(
    t,
    defineStudy({
      name: "pruned",
      space: searchSpace({ x: float(0, 1) }),
      pruner: threshold({ upper: 0.5 }),
      objective: async (trial) => {
        for (let step = 0; step < 100; step++) {
          trial.report(trial.params.x, step);
          if (trial.shouldPrune()) throw new TrialPruned();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return trial.params.x;
      },
    }),
    6,
  );
  for (const trial of study.trials()) {
    t.is(trial.state, Number(trial.params["x"]) > 0.5 ? "pruned" : "complete");
  }
});

test("a worker with another study file is told what differs", (t) => {
  const facts = (high: number) =>
    definitionFacts({ name: "s", space: searchSpace({ x: float(0, high) }) });
  t.notThrows(() => checkSameStudy(facts(1), facts(1), "study.ts"));
  t.throws(() => checkSameStudy(facts(1), facts(2), "study.ts"), {
    instanceOf: HpoError,
    message: /study\.ts declares another study.*space is .* here and .* there/,
  });
});
