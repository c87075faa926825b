import type { SearchSpace } from "hpo";
import { defaultLearningRate, propose, watchTheory } from "hpo/theory";
import type { ProbeMeasurement, RateBelief, TheoryOptions, WatchedTheory } from "hpo/theory";
import type { Cell } from "./cells.ts";

/** What a search believes before its first trial. */
export interface Arm {
  readonly name: string;
  readonly options?: Omit<TheoryOptions, "measurement">;
  /** Changes what theory believes. */
  readonly change?: (belief: RateBelief, usual: number) => RateBelief;
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
  constant: { name: "constant prior", change: constant },
  theory: { name: "theory", options: {} },
  literal: { name: "theory, literal", options: literal },
  wrongHigh: { name: "theory + 3 sd", change: shifted(3) },
  wrongLow: { name: "theory − 3 sd", change: shifted(-3) },
} as const satisfies Record<string, Arm>;

export const families = { sgd: "sgd", momentum: "heavyBall", adam: "adam", lion: "lion" } as const;

/** An arm's prior for a cell; undefined for none. */
export function priorOf(
  { options, change, none }: Arm,
  { problem, optimizer }: Cell,
  space: SearchSpace,
  measurement: ProbeMeasurement,
): WatchedTheory | undefined {
  if (none) return undefined;
  const usual = defaultLearningRate(families[optimizer]) as number;
  const budget = "epochs" in problem.budget ? "fixedSamples" : "fixedSteps";
  const declared = {
    options: { budget, validation: true, defaultRate: usual, ...options, optimizer },
    isGiven: true,
  } as const;
  const proposal = propose({ space, metricCount: 1 }, declared, [{ measurement }]);
  if (!change) return watchTheory(space, proposal);
  const changed = proposal.arms.map((arm) => ({ ...arm, belief: change(arm.belief, usual) }));
  return watchTheory(space, { ...proposal, arms: changed });
}
