// Writes hpo-0.1.0.sqlite3: studies as version 0.1.0 left them. Run it in a folder where that version
// is installed, and compress the file with gzip -9.
import { createStudy, searchSpace, float, int, categorical } from "hpo";
import * as strategies from "hpo/strategies";
import { median } from "hpo/pruners";

const storage = "sqlite:hpo-0.1.0.sqlite3";
const space = searchSpace({
  lr: float(1e-4, 1, { log: true }),
  depth: int(1, 6),
  opt: categorical(["sgd", "adam"]),
});
const valueOf = ({ lr, depth, opt }) =>
  lr > 0.5 ? NaN : (Math.log10(lr) + 2) ** 2 + depth / 10 + (opt === "adam" ? 0 : 0.3);
const objective = async (trial) => {
  for (let step = 1; step <= 4; step++) {
    await trial.report(valueOf(trial.params) + 1 / step, step);
  }
  return valueOf(trial.params);
};

const { random, quasiRandom, grid, bayesian, annealing, genetic, tpe, cmaEs, auto } = strategies;
const searched = {
  ...{ random: random(), quasiRandom: quasiRandom(), grid: grid({ points: 3 }) },
  ...{ bayesian: bayesian(), annealing: annealing(), genetic: genetic(), tpe: tpe() },
  ...{ cmaEs: cmaEs(), auto: auto() },
};
for (const [name, strategy] of Object.entries(searched)) {
  const pruner = name === "tpe" ? median({ startupTrials: 3, warmupSteps: 1 }) : undefined;
  const study = await createStudy(
    { name: `old-${name}`, space, seed: 7, strategy, pruner },
    { storage },
  );
  await study.optimize(objective, { trials: 14 });
}
const killed = await createStudy(
  { name: "old-killed", space, seed: 7, strategy: tpe() },
  { storage },
);
await killed.optimize(objective, { trials: 3 });
await killed.ask(); // Never told: this process ends.
