import type { WatchedPrior } from "../../src/contracts/watched-prior.ts";
import { densityTable, encode, independentPrior, type SearchSpace } from "../../src/space/index.ts";
import {
  defaultLearningRate,
  type OptimizerFamily,
} from "../../src/theory/prior/prior-knowledge.ts";
import type { RateBelief } from "../../src/theory/prior/rate-belief.ts";
import type { SettingBelief } from "../../src/theory/prior/setting-belief.ts";
import type { TheoryOptions } from "../../src/theory/study/options.ts";
import { propose } from "../../src/theory/study/proposal.ts";
import { watchTheory } from "../../src/theory/study/watch.ts";
import type { Knowledge } from "../problems/problem.ts";
import { tableMeasurement, tableRows } from "./read-table.ts";
import type { TableSpec } from "./table-spec.ts";

/** What is known of a table before its first trial. */
export type TableArm = (spec: TableSpec, space: SearchSpace, seed: number) => Knowledge;

/** The kind of a table's optimizer, as theory knows it. */
export const tableFamily = ({ optimizer }: TableSpec): OptimizerFamily => families[optimizer];

const families: Readonly<Record<TableSpec["optimizer"], OptimizerFamily>> = {
  sgd: "sgd",
  momentum: "heavyBall",
  rmsprop: "rmsProp",
  adamw: "adam",
  lion: "lion",
};

const usualRate = (spec: TableSpec): number => defaultLearningRate(tableFamily(spec)) as number;

const nothing: TableArm = () => ({});

/** The optimizer's usual learning rate at every batch size, as wide as theory's prior. */
const usual: TableArm = (spec, space) => ({
  prior: theoryPrior(spec, space, {
    change: ({ edge: _, law: __, ...belief }) => ({
      ...belief,
      center: Math.log(usualRate(spec)),
      exponent: { mean: 0, sd: 0 },
      source: "defaultOnly",
    }),
    // That momentum is usually .9 is no theory.
    keep: ({ kind }) => kind === "momentum",
  }),
});

const theory: TableArm = (spec, space) => ({ prior: theoryPrior(spec, space) });

/** Half the stability edge, and the saturating law of the batch size. */
const literal: TableArm = (spec, space) => ({
  prior: theoryPrior(spec, space, { options: { centre: "edge", batchLaw: "saturating" } }),
});

/** Three standard deviations too high for even seeds, too low for odd ones. */
const wrong: TableArm = (spec, space, seed) => ({
  prior: theoryPrior(spec, space, {
    change: (belief) => ({
      ...belief,
      center: belief.center + (seed % 2 === 0 ? 3 : -3) * belief.sd,
    }),
  }),
});

/** Standard deviations in the unit cube: half an e-fold of six decades; a fifth of a range. */
const [RATE, OTHER] = [0.5 / Math.log(1e6), 0.2];

/** What no theory can beat: it is centred at the table's best row, and nobody doubts it. */
const oracle: TableArm = (spec, space) => {
  const best = tableRows(spec).reduce((a, b) => (b.regret < a.regret ? b : a));
  const center = encode(space, best.params);
  const prior = independentPrior(
    space.parameters.map(({ name }, i) => {
      const sd = name === "lr" ? RATE : OTHER;
      return densityTable((unit) => Math.exp(-0.5 * ((unit - center[i]) / sd) ** 2));
    }),
  );
  const watch = { prior, isWatched: true, state: "kept", observe: () => undefined };
  return { prior: { begin: () => watch } };
};

/** What is published of such parameters, by their names alone. */
const portfolio: TableArm = () => ({ portfolio: true });

const both: TableArm = (...table) => ({ ...theory(...table), portfolio: true });

export const tableArms = {
  none: nothing,
  usual,
  portfolio,
  theory,
  both,
  literal,
  wrong,
  oracle,
} as const satisfies Record<string, TableArm>;

export type TableArmName = keyof typeof tableArms;

interface Changes {
  readonly options?: TheoryOptions;
  readonly change?: (belief: RateBelief) => RateBelief;
  /** Which beliefs about other parameters stay. */
  readonly keep?: (belief: SettingBelief) => boolean;
}

function theoryPrior(
  spec: TableSpec,
  space: SearchSpace,
  { options, change = (belief) => belief, keep = () => true }: Changes = {},
): WatchedPrior {
  const budget = "samples" in spec.budget ? "fixedSamples" : "fixedSteps";
  const declared = {
    options: { budget, validation: true, defaultRate: usualRate(spec), ...options },
    roles: { learningRate: "lr" },
    isGiven: true,
  } as const;
  const measured = [{ measurement: tableMeasurement(spec) }];
  const {
    arms: rates,
    beside,
    ...proposal
  } = propose({ space, metricCount: 1 }, declared, measured);
  return watchTheory(space, {
    ...proposal,
    arms: rates.map((arm) => ({ ...arm, belief: change(arm.belief) })),
    beside: beside?.filter(keep),
  });
}
