/**
 * Runs the studies that the reference pictures show, and keeps them: npm run build && node
 * dist/src/plots/testing/make-examples.js [NAME …]. They are made once: a picture must not change
 * because a strategy does.
 */
import { writeFileSync } from "node:fs";
import type { LiveTrial } from "../../contracts/objective.ts";
import { median } from "../../pruners/median.ts";
import type { Study } from "../../study/study.ts";
import { openStudy } from "../../study/open-study.ts";
import type { StudyDefinition } from "../../study/study-definition.ts";
import type { OptimizeOptions } from "../../study/run-options.ts";
import { theory } from "../../theory/study/options.ts";
import { logisticProbe, logisticSpace, trained } from "../../theory/study/testing/logistic.ts";
import { bayesian, nsga2, random, tpe } from "../../../strategies/index.ts";
import { plottedStudy } from "../study/plotted-study.ts";
import { exampleFile, exampleText } from "./examples.ts";
import * as objectives from "./objectives.ts";

type Waiting = (trial: LiveTrial) => Promise<number>;

interface Example {
  readonly definition: Omit<StudyDefinition, "name">;
  readonly options?: OptimizeOptions;
  /** Run by so many workers of this thread, in two goes of so many trials. */
  readonly workers?: { readonly count: number; readonly goes: readonly [number, number] };
}

const quadratic: Omit<StudyDefinition, "name"> = {
  direction: "minimize",
  space: objectives.quadraticSpace,
  pruner: median(),
  roles: { learningRate: "lr", batchSize: "batchSize" },
  seed: 3,
};

const examples: Readonly<Record<string, Example>> = {
  "noisy-quadratic": {
    definition: {
      ...quadratic,
      strategy: bayesian(),
      trials: 160,
      objective: (trial) => objectives.trainQuadratic(trial, { fail: 47 }),
    },
    options: { catch: true },
  },
  "noisy-quadratic at random": {
    definition: {
      ...quadratic,
      strategy: random(),
      trials: 160,
      objective: (trial) => objectives.trainQuadratic(trial),
    },
  },
  branches: {
    definition: {
      direction: "minimize",
      space: objectives.branchingSpace,
      strategy: bayesian(),
      trials: 90,
      seed: 1,
      objective: (trial) => objectives.trainBranch(trial),
    },
  },
  network: {
    definition: {
      direction: "minimize",
      space: objectives.networkSpace,
      strategy: tpe(),
      trials: 36,
      seed: 5,
      objective: (trial) => objectives.trainNetwork(trial),
    },
  },
  logistic: {
    definition: {
      direction: "minimize",
      space: logisticSpace,
      strategy: bayesian(),
      prior: theory(),
      probe: () => logisticProbe(),
      trials: 40,
      seed: 2,
      objective: ({ params, seed }) => trained(params, seed),
    },
  },
  size: {
    definition: {
      metrics: { error: "minimize", weights: "minimize" },
      space: objectives.sizeSpace,
      strategy: nsga2(),
      trials: 140,
      seed: 4,
      objective: (trial) => objectives.costOfSize(trial),
    },
  },
  workers: {
    definition: {
      direction: "minimize",
      space: objectives.waitingSpace,
      strategy: random(),
      pruner: median(),
      seed: 6,
      objective: (trial) => objectives.waitForEpochs(trial),
    },
    workers: { count: 4, goes: [34, 16] },
  },
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(examples);
for (const name of chosen) {
  const { definition, options, workers } = examples[name];
  const study = await openStudy({ ...definition, name }, { storage: "memory:" });
  if (workers) await goTwice(study, definition.objective as Waiting, workers);
  else await study.optimize(options);
  const text = exampleText(plottedStudy(study));
  writeFileSync(exampleFile(name), text);
  console.log(name, study.counts, `${Math.round(text.length / 1000)} kB`);
}

async function goTwice(
  study: Study,
  objective: Waiting,
  { count, goes }: NonNullable<Example["workers"]>,
): Promise<void> {
  for (const trials of goes) {
    let left = trials;
    const work = async (): Promise<void> => {
      while (left-- > 0) {
        const [trial] = await study.ask(1);
        try {
          await study.tell(trial, await objective(trial));
        } catch {
          await study.tell(trial, undefined, { state: "pruned" });
        }
      }
    };
    await Promise.all(Array.from({ length: count }, work));
    await new Promise((resolve) => setTimeout(resolve, 4000));
  }
}
