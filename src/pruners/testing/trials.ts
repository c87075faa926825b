import type { Observation, PendingTrial } from "../../contracts/strategy.ts";
import type { Pruner } from "../../contracts/pruner.ts";

/** A trial that is under way with these reports, by steps from `firstStep`. */
export const running = (values: readonly number[], firstStep = 1, number = 99): PendingTrial => ({
  number,
  params: {},
  reports: values.map((value, index) => ({ step: firstStep + index, value })),
});

/** A finished trial with these reports and its last one as its value, unless told otherwise. */
export const finished = (
  values: readonly number[],
  more: Partial<Observation> = {},
): Observation => ({
  ...running(values),
  outcome: "complete",
  values: values.slice(-1),
  ...more,
});

/** What the pruner says of a running trial after these finished ones. */
export function decide(
  pruner: Pruner,
  history: readonly Observation[],
  trial: PendingTrial,
  pending: readonly PendingTrial[] = [],
): boolean {
  const state = history.reduce((fold, one) => pruner.observe(fold, one), pruner.init());
  return pruner.shouldPrune(state, { trial, pending });
}
