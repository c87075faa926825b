import test from "ava";
import {
  createStudy,
  maxTrials,
  noImprovement,
  openStudy,
  targetValue,
  TrialPruned,
} from "../index.ts";
import { median, threshold } from "../pruners/index.ts";
import { threadRunner } from "../runner/thread/thread-runner.ts";
import { engineOf } from "./study-internals.ts";
import { newStudy, xOf } from "./testing/small-study.ts";

test("stopped at number 4, a study has 5 trials; with none asked, none", async (t) => {
  const study = await newStudy();
  let calls = 0;
  await study.optimize((trial) => xOf(trial), {
    onTrial: (trial) => {
      calls++;
      if (trial.number === 4) study.stop();
    },
  });
  t.is(study.trials().length, 5);
  t.is(calls, 5);
  await study.optimize((trial) => xOf(trial), { trials: 0 });
  t.is(study.trials().length, 5);
});

test("a pruner that no trial asks is told of once; one that is asked is not", async (t) => {
  for (const isAsked of [false, true]) {
    const study = await newStudy({ pruner: median() });
    const notes: string[] = [];
    study.subscribe((event) => event.type === "note" && notes.push(event.message));
    await study.optimize(
      (trial) => {
        for (let step = 0; step < 3; step++) {
          trial.report(1, step);
          if (isAsked && trial.shouldPrune()) throw new TrialPruned();
        }
        return 1;
      },
      { trials: 3 },
    );
    t.is(notes.length, isAsked ? 0 : 1);
    if (!isAsked) t.regex(notes[0], /a pruner \(median\), and no trial asks it .*shouldPrune\(\)/);
  }
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

test("a rule of one metric is refused where there are several, and would never be met", async (t) => {
  for (const [name, rule] of Object.entries({
    targetValue: targetValue(0.1),
    noImprovement: noImprovement(3),
  })) {
    const two = await createStudy({ name, metrics: { a: "minimize", b: "maximize" } });
    const ran = two.optimize(() => [0, 0], { trials: 2, until: rule });
    await t.throwsAsync(ran, {
      message: `${name}: the study has 2 metrics, and the rule is of one. Drop the rule.`,
    });
    t.is(two.trials().length, 0);
  }
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

test("a stop rule that gives an empty text is refused", async (t) => {
  const study = await newStudy({ until: () => "" });
  await t.throwsAsync(
    study.optimize(() => 0, { trials: 2 }),
    { message: /^until: what a stop rule gives="" must be the reason to stop as a text/ },
  );
});
