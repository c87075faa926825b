// Paused trials are continued from what they saved: in this thread, in worker threads, as commands.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import {
  createStudy,
  float,
  memoryStorage,
  openStorage,
  openStudy,
  replay,
  searchSpace,
  strategyOf,
  trialToJson,
  TrialPruned,
  type LiveTrial,
  type PendingTrial,
  type Pruner,
  type Strategy,
  type Study,
} from "../index.ts";
import { commandPlanner } from "../runner/command/command-plan.ts";
import { recorder } from "../runner/fixtures/host-trial.ts";
import { threadRunner } from "../runner/thread/thread-runner.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { asha, random } from "../../strategies/index.ts";

const space = searchSpace({ rate: float(0, 1) });
const EPOCHS = 9;

/** Counts its epochs in a checkpoint, as a training keeps its weights. */
const training =
  (trained: string[]) =>
  (trial: LiveTrial<{ rate: number }>): number => {
    const { continueFrom } = trial;
    const saved = continueFrom && join(continueFrom.directory, "epoch");
    let epoch = saved && existsSync(saved) ? Number(readFileSync(saved, "utf8")) : 0;
    for (;;) {
      epoch++;
      trained.push(`${trial.params.rate} ${epoch}`);
      const loss = Math.abs(trial.params.rate - 0.3) + 1 / epoch;
      writeFileSync(join(trial.directory, "epoch"), String(epoch));
      trial.report(loss, epoch);
      if (epoch === EPOCHS) return loss;
      if (trial.shouldPrune()) throw new TrialPruned();
    }
  };

const openAsha = (storage: Awaited<ReturnType<typeof openStorage>>) =>
  openStudy(
    {
      name: "s",
      space,
      strategy: asha({ strategy: random(), maxSteps: EPOCHS, eta: 3, hedge: 0 }),
      seed: 1,
    },
    { storage },
  );

test("the best at each rung go on from their checkpoints, and no epoch is trained twice", async (t) => {
  const study = await openAsha(memoryStorage());
  const trained: string[] = [];
  await study.optimize(training(trained), { trials: 40 });
  t.is(new Set(trained).size, trained.length);
  const trials = study.trials();
  const promoted = trials.filter(({ continueFrom }) => continueFrom !== undefined);
  t.true(promoted.length >= 10 && study.counts.complete >= 2, JSON.stringify(study.counts));
  for (const trial of promoted) {
    const before = trials[trial.continueFrom!];
    t.deepEqual(trial.params, before.params);
    t.is(before.state, "pruned");
    t.is(trial.reports[0].step, before.reports.at(-1)!.step + 1, "only its added steps count");
    t.is(trialToJson(trial).continueFrom, before.number);
  }
  t.deepEqual(
    [...new Set(study.trials("pruned").map(({ reports }) => reports.at(-1)!.step))].sort(),
    [1, 3],
  );
  t.true(study.trials("complete").every(({ reports }) => reports.at(-1)!.step === EPOCHS));
  t.true(Math.abs(study.best.params["rate"] - 0.3) < 0.1);
});

test("a study with promotions resumes as if never stopped, and replays", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const summary = (study: Study<{ rate: number }>) =>
    study.trials().map(({ params, state, continueFrom }) => [params, state, continueFrom]);
  for (const trials of [13, 17]) {
    const storage = await openStorage(`sqlite:${path}`);
    await (await openAsha(storage)).optimize(training([]), { trials });
    await storage.close();
  }
  const whole = await openAsha(memoryStorage());
  await whole.optimize(training([]), { trials: 30 });
  const storage = await openStorage(`sqlite:${path}`);
  t.teardown(() => storage.close());
  const study = await openAsha(storage);
  await study.refresh();
  t.deepEqual(summary(study), summary(whole));
  const again = await replay(study, strategyOf);
  t.is(again.length, 30);
  t.true(again.every(({ same }) => same));
});

test("a kept strategy with another one under it is made again, and a name is enough", (t) => {
  const options = { strategy: { name: "tpe", options: { startTrials: 4 } }, maxSteps: 27, eta: 3 };
  const kept = strategyOf({ name: "asha", options })!;
  t.like(kept.options, options);
  t.like(strategyOf({ name: "asha", options: { strategy: "random" } })!.options, {
    strategy: { name: "random" },
  });
  t.is(strategyOf({ name: "asha", options: { strategy: "no such" } }), undefined);
  t.throws(() => strategyOf({ name: "asha", options: { strategy: 3 } }), { message: /asha/ });
});

const continueFrom = { number: 4, directory: "/trials/4", lastStep: 3 };

test("a command is told where to go on and where to pause", (t) => {
  const plan = commandPlanner({ command: ["true"], env: {}, shell: false });
  const { trial } = recorder();
  t.like(plan({ ...trial, continueFrom, maxStep: 9 }).env, {
    HPO_CONTINUE_FROM: "4",
    HPO_CONTINUE_DIR: "/trials/4/checkpoints",
    HPO_CONTINUE_STEP: "3",
    HPO_MAX_STEP: "9",
  });
  const { env } = plan(trial);
  t.false("HPO_CONTINUE_FROM" in env || "HPO_MAX_STEP" in env);
});

test("an objective in a worker is told the same", async (t) => {
  const module = new URL("../runner/fixtures/objectives.js", import.meta.url);
  const runner = threadRunner({ module, exportName: "tellsContinuation", workers: 1 });
  t.teardown(() => runner.close());
  const { trial, heard } = recorder();
  await runner.run({ ...trial, continueFrom, maxStep: 9 });
  t.deepEqual(heard, [`userAttr "told" ${JSON.stringify([continueFrom, 9])}`]);
});

test("a strategy and a pruner see of a running trial which one it continues", async (t) => {
  const of = ({ number, continueFrom }: PendingTrial) => [number, continueFrom] as const;
  let [asked, judged]: (readonly [number, number | undefined])[][] = [[], []];
  const strategy: Strategy = {
    ...random(),
    name: "own",
    promotes: true,
    suggest(_, { number, pending }) {
      asked = pending.map(of);
      return { kind: "params", params: { rate: 0.5 }, ...(number === 1 && { continueFrom: 0 }) };
    },
  };
  const pruner: Pruner = {
    name: "own",
    init: () => undefined,
    observe: () => undefined,
    shouldPrune(_, { trial, pending }) {
      judged = [trial, ...pending].map(of);
      return false;
    },
  };
  const study = await createStudy({ name: "s", space, strategy, pruner });
  const first = (await study.ask())!;
  first.report(1, 1);
  await study.tell(first, undefined, { state: "pruned" });
  const [second, third] = [(await study.ask())!, (await study.ask())!];
  await study.ask();
  t.deepEqual(asked, [
    [1, 0],
    [2, undefined],
  ]);
  second.report(1, 2);
  second.shouldPrune();
  t.deepEqual(judged.slice(0, 2), [
    [1, 0],
    [2, undefined],
  ]);
  third.report(1, 2);
  third.shouldPrune();
  t.deepEqual(judged.slice(0, 2), [
    [2, undefined],
    [1, 0],
  ]);
});
