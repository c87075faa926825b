import type { SearchSpace } from "hpo";
import { defaultLearningRate, propose, watchTheory } from "hpo/theory";
import type { RateBelief, SettingBelief, TheoryOptions } from "hpo/theory";
import type { Cell } from "./cells.ts";
import type { SearchPrior } from "./look-up.ts";
import { oraclePrior } from "./oracle.ts";
import type { ProblemTable } from "./tables.ts";

/** What a search believes before its first trial. */
export interface Arm {
  readonly name: string;
  readonly options?: Omit<TheoryOptions, "measurement">;
  /** Changes what theory believes. */
  readonly change?: (belief: RateBelief, usual: number) => RateBelief;
  /** What it believes of other parameters. */
  readonly keep?: (belief: SettingBelief) => boolean;
  /** Believes that what stays the same between batch sizes is what does not. */
  readonly mistakesBudget?: boolean;
  /** Knows the table's best row. */
  readonly oracle?: "rate" | "everything";
  /** Searches without a prior. */
  readonly none?: boolean;
}

const literal = { centre: "edge", batchLaw: "surge" } as const;

const shifted =
  (deviations: number) =>
  (belief: RateBelief): RateBelief => ({
    ...belief,
    center: belief.center + deviations * belief.sd,
  });

/** The optimizer's usual default at every batch size, as wide as theory's prior. */
const constant = ({ edge: _, law: __, ...belief }: RateBelief, usual: number): RateBelief => ({
  ...belief,
  center: Math.log(usual),
  exponent: { mean: 0, sd: 0 },
  source: "defaultOnly",
});

export const arms = {
  none: { name: "no prior", none: true },
  constant: {
    name: "constant prior",
    change: constant,
    // That momentum is usually .9 is no theory.
    keep: ({ kind }: SettingBelief) => kind === "momentum",
  },
  theory: { name: "theory", options: {} },
  rate: { name: "theory, η alone", options: { joint: false } },
  literal: { name: "theory, literal", options: literal },
  wrongHigh: { name: "theory + 3 sd", change: shifted(3) },
  wrongLow: { name: "theory − 3 sd", change: shifted(-3) },
  wrongBudget: { name: "theory, wrong budget", mistakesBudget: true },
  oracleRate: { name: "oracle of η", oracle: "rate" },
  oracle: { name: "oracle", oracle: "everything" },
} as const satisfies Record<string, Arm>;

export const families = { sgd: "sgd", momentum: "heavyBall", adam: "adam", lion: "lion" } as const;

/** An arm's prior for a cell; undefined for none. */
export function priorOf(
  { options, change, keep = () => true, mistakesBudget = false, oracle, none }: Arm,
  { problem, optimizer }: Cell,
  space: SearchSpace,
  { measurement, rows }: Pick<ProblemTable, "measurement" | "rows">,
): SearchPrior | undefined {
  if (none) return undefined;
  if (oracle) return oraclePrior(space, rows[optimizer], oracle);
  const usual = defaultLearningRate(families[optimizer]) as number;
  const isOfSamples = "epochs" in problem.budget !== mistakesBudget;
  const budget = isOfSamples ? "fixedSamples" : "fixedSteps";
  const declared = {
    options: { budget, validation: true, defaultRate: usual, ...options, optimizer },
    isGiven: true,
  } as const;
  const proposal = propose({ space, metricCount: 1 }, declared, [{ measurement }]);
  const arms = proposal.arms.map((arm) =>
    change ? { ...arm, belief: change(arm.belief, usual) } : arm,
  );
  return watchTheory(space, { ...proposal, arms, beside: proposal.beside?.filter(keep) });
}
