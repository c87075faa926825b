import { HpoError } from "../errors/errors.ts";
import { identityOf } from "../contracts/identity.ts";
import { requirePruner } from "../contracts/part.ts";
import type { Report } from "../contracts/trial.ts";
import { requireInteger, requireWithin, givenOptions } from "../errors/checks.ts";
import type { Judgement, Pruner } from "../contracts/pruner.ts";
import { leastOfFirst, leastOfLast } from "./reported-values.ts";

/** Options of `patient`. */
export interface PatientOptions {
  /** Decides once patience has run out; without one the trial is then pruned. */
  readonly pruner?: Pruner;
  /** So many reports may pass without an improvement. An integer ≥ 0. */
  readonly patience: number;
  /** What counts as an improvement: by so much at least, ≥ 0; 0 if left out. */
  readonly minDelta?: number;
}

/**
 * Holds another pruner back while a trial still improves (Optuna's PatientPruner, decision by
 * decision): with reports v₁ … vₙ and n > patience + 1, it is asked only if
 *
 *   min(v₁ … vₘ) + minDelta < min(vₘ₊₁ … vₙ),   m = n − patience − 1.
 *
 * NaN is left out of both; where nothing is left of one, the trial goes on.
 * @throws HpoError on an option out of its range
 *
 * @example
 * ```ts
 * import { median, patient } from "hpo/pruners";
 *
 * const pruner = patient({ pruner: median(), patience: 3 }); // defineStudy({ …, pruner })
 * ```
 */
export function patient(options: PatientOptions): Pruner {
  const given = givenOptions("patient", options, ["pruner", "patience", "minDelta"]);
  const { pruner, patience, minDelta = 0 } = given;
  if (pruner !== undefined) requirePruner("patient: pruner", pruner);
  if ((patience as unknown) === undefined) {
    throw new HpoError(
      "patient: patience is missing. Say for how many reports without gain a trial goes on: patience: 3.",
    );
  }
  requireInteger("patient: patience", patience, 0);
  requireWithin("patient: minDelta", minDelta, 0, Infinity);
  const leastSince = leastOfLast(patience + 1);
  const hasStalled = (reports: readonly Report[]): boolean => {
    if (reports.length <= patience + 1) return false;
    const before = leastOfFirst(reports)[reports.length - patience - 1];
    const since = leastSince(reports);
    return before !== undefined && since !== undefined && before + minDelta < since;
  };
  return {
    name: "patient",
    options: { ...given, ...(pruner && { pruner: identityOf(pruner) }) },
    ...(pruner?.races && { races: true }),
    init: () => pruner?.init(),
    observe: (state, trial) => pruner?.observe(state, trial),
    shouldPrune: (state, context) =>
      hasStalled(context.trial.reports) && (pruner?.shouldPrune(state, context) ?? true),
    // What the other one warns of is worth knowing meanwhile, too.
    ...(pruner?.judge && {
      judge(state, context): Judgement {
        const judgement = pruner.judge!(state, context);
        if (!judgement.prune || hasStalled(context.trial.reports)) return judgement;
        return { prune: false };
      },
    }),
  };
}
