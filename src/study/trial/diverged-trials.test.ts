import test from "ava";
import { createStudy, float, searchSpace, TrialPruned, type Pruner } from "../../index.ts";
import { lawPruners } from "../../testing/divergence-law.ts";
import { random } from "../../../strategies/index.ts";

// A user would miss: trainings that blew up, told as such, whoever stopped them.

const space = searchSpace({ lr: float(0, 1) });
const diverging = (pruner?: Pruner, direction: "minimize" | "maximize" = "minimize") =>
  createStudy({ name: "nan", space, strategy: random(), direction, ...(pruner && { pruner }) });

for (const [name, pruner] of Object.entries(lawPruners)) {
  if (name === "none") continue;
  test(`${name}: a report of NaN stops the first trial, which failed as diverged`, async (t) => {
    for (const direction of ["minimize", "maximize"] as const) {
      const study = await diverging(pruner(), direction);
      await study.optimize(
        (trial) => {
          trial.report(1, 0);
          trial.shouldPrune();
          trial.report(NaN, 1);
          if (trial.shouldPrune()) throw new TrialPruned();
          return 1;
        },
        { trials: 1 },
      );
      const [trial] = study.finished;
      t.like(trial, { state: "failed" });
      const failure = trial.state === "failed" ? trial.failure : undefined;
      t.like(failure, { reason: "diverged", cause: "nonFinite", step: 1 });
      t.regex(failure!.message, /NaN at step 1/);
      t.is(study.counts.pruned, 0);
    }
  });
}

test("without a pruner nothing is stopped, and what stops itself on NaN diverged as well", async (t) => {
  const study = await diverging();
  const [first, second, third] = await study.ask(3);
  first.report(NaN, 0);
  t.false(first.shouldPrune());
  const told = await study.tell(first, undefined, { state: "pruned" });
  t.like(told, { state: "failed", failure: { reason: "diverged" } });
  second.report(NaN, 0);
  second.report(0.5, 1);
  t.like(await study.tell(second, undefined, { state: "pruned" }), { state: "pruned" });
  t.like(await study.tell(third, undefined, { state: "pruned" }), { state: "pruned", values: [] });
});

test("a trial that came back from NaN is judged by its pruner again", async (t) => {
  const study = await diverging(lawPruners["median"]());
  const trial = (await study.ask())!;
  trial.report(NaN, 0);
  t.true(trial.shouldPrune());
  trial.report(0.1, 1);
  t.false(trial.shouldPrune());
});

test("with several metrics too, a trial that ends itself on NaN diverged", async (t) => {
  const metrics = { loss: "minimize", size: "minimize" } as const;
  const study = await createStudy({ name: "two", space, metrics, strategy: random() });
  const trial = (await study.ask())!;
  trial.report(NaN, 3);
  const told = await study.tell(trial, undefined, { state: "pruned" });
  t.like(told, { state: "failed", failure: { reason: "diverged", step: 3 } });
});
