/*
 * A study as a program: four workers run the objective's module. Runs with node once it is compiled,
 * and with tsx as it is.
 */
import { createStudy, float, int, searchSpace } from "hpo";
import { random } from "hpo/strategies";

const study = await createStudy({
  name: "programmatic",
  direction: "minimize",
  strategy: random(),
  seed: 7,
  space: searchSpace({
    lr: float(1e-4, 1, { log: true }),
    momentum: float(0, 0.99),
    steps: int(10, 200, { step: 10 }),
  }),
});
study.subscribe((event) => {
  if (event.type === "finished" && event.isBest) {
    console.log(`trial ${event.trial.number} is the best so far`);
  }
});
const objective = new URL("./programmatic-objective.ts", import.meta.url);
const reason = await study.optimize(objective, { workers: 4, trials: 40 });
const { number, values, params } = study.best;
console.log(`Stopped: ${reason}. Best of ${study.trials().length}: trial ${number}, ${values[0]}`);
console.log(params);
