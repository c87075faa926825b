import { medianOf } from "../../numerics/quantile.ts";
import test from "ava";
import { openStudy, priorReport, theory, type Strategy, type TheoryOptions } from "../../index.ts";
import { definition, fixedSteps, wrongBy } from "./testing/logistic-study.ts";
import { bayesian, tpe } from "../../../strategies/index.ts";

// A user would miss: the trials that a right prior saves, and that a wrong one costs little.

/** How many of `trials` it takes to come within 5 % of the best loss that there is. */
const BEST = 0.2732;
async function trialsToTarget(strategy: Strategy, seed: number, prior?: TheoryOptions) {
  const trials = 30;
  const study = await openStudy(
    definition({ strategy, seed, trials, prior: prior && theory(prior) }),
  );
  await study.optimize({ catch: true });
  const hit = study.finished.find(
    (trial) => trial.state === "complete" && trial.values[0] < 1.05 * BEST,
  );
  return { needed: hit ? hit.number + 1 : trials + 1, best: study.best.values[0], study };
}
const SEEDS = Array.from({ length: 11 }, (_, seed) => seed);

for (const [name, strategy] of [
  ["bayesian", bayesian],
  ["tpe", tpe],
] as const) {
  const all = async (prior?: TheoryOptions) => {
    const runs = [];
    for (const seed of SEEDS) runs.push(await trialsToTarget(strategy(), seed, prior));
    return runs;
  };

  test(`${name}: a right prior at least halves the trials to the target`, async (t) => {
    const [without, helped] = [await all(), await all(fixedSteps)];
    const needed = (runs: Awaited<ReturnType<typeof all>>) => medianOf(runs.map((r) => r.needed));
    t.true(2 * needed(helped) <= needed(without), `${needed(helped)} against ${needed(without)}`);
    t.true(helped.every(({ study }) => priorReport(study)!.arms[0].state !== "dropped"));
  });

  test(`${name}: a prior that is 3 sd wrong is dropped, and costs little`, async (t) => {
    const [without, misled] = [await all(), await all(wrongBy(-3))];
    const [plain, cost] = [without, misled].map((runs) => medianOf(runs.map(({ best }) => best)));
    t.true(cost < 1.1 * plain, `${cost} against ${plain}`);
    const states = misled.map(({ study }) => priorReport(study)!.arms[0].state);
    t.true(states.filter((state) => state === "dropped").length >= 8, states.join());
  });
}
