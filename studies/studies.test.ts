import test from "ava";
import { createStudy, openProbe, priorReport } from "hpo";
import type { LiveTrial, StudyDefinition } from "hpo";
import { random } from "hpo/strategies";
import { selectBackend } from "hpo/tfjs";
import adversarialStudy, { adversarial } from "./adversarial.ts";
import charTransformerStudy, { charTransformer } from "./char-transformer.ts";
import digitsAdamwStudy from "./digits-adamw.ts";
import digitsCnnStudy, { digitsCnn } from "./digits-cnn.ts";
import digitsOptimizersStudy, { digitsOptimizers } from "./digits-optimizers.ts";
import gradientFreeStudy, { gradientFree } from "./gradient-free.ts";
import irisStudy, { irisLoss } from "./iris.ts";
import irisTheoryStudy, { irisTheoryLoss } from "./iris-theory.ts";
import { drawPanels } from "./optimizers-plot.ts";
import { race, scoreOf, TARGET } from "./optimizers-race.ts";

const tiny = { digits: 64, validation: 32, epochs: 1 };

/** Each study as it is, but for the size of a trial. */
const studies: readonly (readonly [StudyDefinition, (trial: never) => unknown])[] = [
  [adversarialStudy, adversarial({ ...tiny, attackSteps: 2 })],
  [charTransformerStudy, charTransformer({ windows: 32, validation: 8, epochs: 1 }).objective],
  [digitsCnnStudy, digitsCnn(tiny).objective],
  [digitsOptimizersStudy, digitsOptimizers(tiny)],
  [irisStudy, irisLoss({ splits: 1, epochs: 1 })],
  [irisTheoryStudy, irisTheoryLoss({ splits: 1, epochs: 1 })],
  [gradientFreeStudy, gradientFree(20)],
] as readonly (readonly [StudyDefinition, (trial: never) => unknown])[];

for (const [definition, objective] of studies) {
  test.serial(`a trial of ${definition.name} runs from its space to finite metrics`, async (t) => {
    const study = await createStudy({ ...definition, objective: undefined, strategy: random() });
    await study.optimize(objective as (trial: LiveTrial) => number, { trials: 1, workers: 1 });
    const [trial] = study.bestTrials;
    t.true(trial.values.length >= 1 && trial.values.every(Number.isFinite), String(trial.values));
  });
}

for (const [definition, probe] of [
  [charTransformerStudy, charTransformer({ windows: 64, validation: 8, epochs: 1 }).probe],
  [digitsCnnStudy, digitsCnn({ ...tiny, digits: 256 }).probe],
  [irisStudy, (params: never) => irisStudy.probe?.(params)],
] as readonly (readonly [StudyDefinition, unknown])[]) {
  test.serial(`what ${definition.name} would have measured can be measured`, async (t) => {
    const given = { batchSize: 16 };
    const study = { ...definition, probe: probe as StudyDefinition["probe"] };
    const probed = await openProbe(study, given);
    const { optimizers, batchSize } = await probed.measure({ budget: 60 });
    await probed.dispose?.();
    t.is(batchSize, 16);
    t.true((optimizers[0].directionalEdge?.value ?? 0) > 0);
  });
}
test.serial("theory measures each optimizer of a real network, within its budget", async (t) => {
  const definition = irisTheoryStudy as StudyDefinition;
  const { arms, measured } = priorReport(await createStudy(definition))!;
  t.deepEqual(
    arms.map((arm) => [arm.optimizer, arm.measured, arm.source]),
    [
      ["momentum", "momentum", "edgeAndMeasuredScale"],
      ["adamw", "adamw", "edgeAndMeasuredScale"],
    ],
  );
  t.true(measured.every(({ measurement }) => measurement.cost.gradients <= 100));
  // The study's good trials lie between .03 and .2 with momentum, between .02 and .08 with AdamW.
  const [momentum, adamw] = arms.map(({ rates }) => rates[1].learningRate);
  t.true(momentum > 0.02 && momentum < 0.5, String(momentum));
  t.true(adamw > 0.01 && adamw < 0.3, String(adamw));
});

test("every study can be run in workers, by a name of its own, with trials to spend", (t) => {
  const all = [...studies.map(([definition]) => definition), digitsAdamwStudy as StudyDefinition];
  t.is(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { url, trials, objective, name } of all) {
    t.regex(new URL(String(url)).pathname, /studies\/[\w-]+\.js$/, name);
    t.true((trials ?? 0) > 0 && typeof objective === "function", name);
  }
});

test.serial("a race counts every gradient, finds the target, and knows divergence", async (t) => {
  await selectBackend("wasm");
  const budget = 40;
  const good = race("rprop", {}, 1, budget);
  t.is(good.curve.length, budget);
  t.true(good.toEscape >= 1 && good.toEscape <= (good.toTarget || Infinity));
  t.true(Number.isFinite(scoreOf(good, budget)));
  t.is(race("sam(sgd)", {}, 1, budget).curve.length, budget / 2);
  const lost = race("sgd", { learningRate: 1e4 }, 1, budget);
  t.true(lost.diverged && lost.curve.length < budget);
  t.throws(() => scoreOf(lost, budget), { name: "TrialDiverged" });
  const svg = drawPanels([{ name: "rprop", races: [good, lost] }], budget, TARGET);
  t.is(svg.match(/stroke="#0072b2"/g)?.length, 2);
  t.notRegex(svg, /NaN|Infinity|undefined/);
});
