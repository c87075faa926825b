import { setImmediate } from "node:timers/promises";
import { bayesian, random } from "../../strategies/index.ts";
import { divergence, hyperband, median, patient, wilcoxon } from "../../src/pruners/index.ts";
import type { Pruner } from "../../src/contracts/pruner.ts";
import { categorical, float, searchSpace } from "../../src/space/index.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { TrialPruned } from "../../src/errors/errors.ts";
import { medianOf } from "../../src/numerics/quantile.ts";
import type { EngineRow } from "./engine-row.ts";

const REPEATS = 5;
const TRIALS = 400;
const STEPS = 30;

/** Seconds of CPU that the work takes. */
async function cpuSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** How many times the cost of the small one the large one has: the median of some turns. */
async function ratioRow(
  what: string,
  most: number,
  small: () => Promise<void>,
  large: () => Promise<void>,
): Promise<EngineRow> {
  await small();
  await large();
  const ratios: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const cost = await cpuSeconds(small);
    ratios.push((await cpuSeconds(large)) / cost);
  }
  const value = medianOf(ratios);
  return { what, value, unit: "×", bar: `≤ ${most}`, holds: value <= most };
}

/** Trials of a few reports under brackets of so many steps. */
async function underHyperband(maxResource: number): Promise<void> {
  const study = await createStudy({
    name: "steps",
    space: searchSpace({ x: float(0, 1) }),
    pruner: hyperband({ maxResource }),
    strategy: random(),
    objective: (trial) => {
      for (let step = 1; step <= STEPS; step++) {
        trial.report(trial.params.x + 1 / step, step);
        if (trial.shouldPrune()) throw new TrialPruned();
      }
      return trial.params.x;
    },
  });
  await study.optimize({ trials: TRIALS });
}

async function amongChoices(count: number): Promise<void> {
  const choices = Array.from({ length: count }, (_, i) => `choice ${i}`);
  const study = await createStudy({
    name: "choices",
    space: searchSpace({ choice: categorical(choices), x: float(0, 1) }),
    strategy: bayesian(),
    objective: ({ params }) => (choices.indexOf(params.choice) % 10) + (params.x - 0.3) ** 2,
  });
  await study.optimize({ trials: 25 });
}

/** Trials that ask after each of so many reports. @param isAwaited each is written before the next */
async function reporting(pruner: Pruner, reports: number, isAwaited: boolean): Promise<void> {
  const study = await createStudy({
    name: "reports",
    space: searchSpace({ x: float(0, 1) }),
    pruner,
    strategy: random(),
    objective: async (trial) => {
      for (let step = 0; step < reports; step++) {
        trial.report(1 / (step + 1) + trial.number * 1e-6, step);
        trial.shouldPrune();
        if (isAwaited) await setImmediate();
      }
      return trial.number;
    },
  });
  await study.optimize({ trials: 5 });
}

const reportsRow = (name: string, make: () => Pruner, isAwaited = false): Promise<EngineRow> =>
  ratioRow(
    `${name}: 8,000 ÷ 2,000 reports${isAwaited ? ", awaited" : ""}`,
    5,
    () => reporting(make(), 2000, isAwaited),
    () => reporting(make(), 8000, isAwaited),
  );

/** What must not follow the size of a range, or more than in proportion the number of reports. */
export const sizeRows = async (): Promise<EngineRow[]> => [
  await ratioRow(
    "hyperband: 1e9 steps ÷ 1e3",
    1.2,
    () => underHyperband(1e3),
    () => underHyperband(1e9),
  ),
  await ratioRow(
    "bayesian: 10,000 choices ÷ 10",
    5,
    () => amongChoices(10),
    () => amongChoices(10_000),
  ),
  await reportsRow("median", median),
  await reportsRow("median", median, true),
  await reportsRow("wilcoxon", wilcoxon, true),
  await reportsRow("divergence", divergence, true),
  await reportsRow("hyperband", () => hyperband({ maxResource: 10_000 }), true),
  await reportsRow("patient", () => patient({ patience: 100 }), true),
];
