import { HpoError } from "../errors.ts";
import type { PendingTrial } from "../strategy.ts";
import type { Report } from "../trial.ts";
import { checkLeast, requireKnown } from "./options.ts";
import type { Pruner } from "./pruner.ts";
import { countBelow, insertInto } from "./sorted.ts";

export interface SuccessiveHalvingOptions {
  /**
   * The first rung's step, before `minEarlyStoppingRate`; ≥ 1. "auto", if left out: a hundredth of
   * the steps of the first trial that completes, at least 1; until then none is pruned.
   */
  readonly minResource?: number | "auto";
  /** About one trial in so many is promoted from rung to rung; ≥ 2; 4 if left out. */
  readonly reductionFactor?: number;
  /** So many rungs are left out at the start; 0 if left out. */
  readonly minEarlyStoppingRate?: number;
  /** The first so many trials of a rung are pruned there; 0 if left out; not with "auto". */
  readonly bootstrapCount?: number;
}

interface State {
  /** Undefined until a trial has completed, with "auto". */
  minResource: number | undefined;
  /** By rung: what finished trials had there, ascending. */
  readonly rungs: number[][];
}

/**
 * Asynchronous successive halving (Li et al., A System for Massively Parallel Hyperparameter
 * Tuning, 2020, algorithm 2, as Optuna's SuccessiveHalvingPruner stops instead of pausing).
 *
 * Rung k lies at step minResource·ηˢ⁺ᵏ, η = reductionFactor, s = minEarlyStoppingRate. A trial's
 * value there is its first report at that step or beyond, NaN left out. It is promoted if it is
 * among the ⌊n/η⌋ least of the n values at the rung, its own and those of running trials included,
 * or the least of all while n < η; otherwise it is pruned, as with NaN. A trial that came to its end
 * by pruning counts at the rungs up to the one that stopped it.
 *
 * Optuna keeps a trial's rungs as attributes, written when it asks; here they follow from the
 * reports alone. The decisions are the same where trials ask after each report and run one by one.
 * @throws HpoError on an option out of its range
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Pruner<State> {
  requireKnown("successive-halving", options, [
    "minResource",
    "reductionFactor",
    "minEarlyStoppingRate",
    "bootstrapCount",
  ]);
  const { minResource = "auto", reductionFactor = 4 } = options;
  const { minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
  if (minResource !== "auto") checkLeast("minResource", minResource, 1);
  checkLeast("reductionFactor", reductionFactor, 2);
  checkLeast("minEarlyStoppingRate", minEarlyStoppingRate, 0);
  checkLeast("bootstrapCount", bootstrapCount, 0);
  if (minResource === "auto" && bootstrapCount > 0) {
    throw new HpoError(
      `successive-halving: bootstrapCount=${bootstrapCount} needs a minResource. Give it a number.`,
    );
  }
  const first = (resource: number): number =>
    resource * power(reductionFactor, minEarlyStoppingRate);
  /** The rung at which the last report stops the trial; undefined where it goes on. */
  const stoppedAt = (
    { minResource: resource, rungs }: State,
    reports: readonly Report[],
    pending: readonly PendingTrial[],
  ): number | undefined => {
    const last = reports.at(-1);
    if (resource === undefined || last === undefined) return undefined;
    const start = first(resource);
    if (last.step < start) return undefined;
    let rung = valuesAtRungs(reports.slice(0, -1), start, reductionFactor).length;
    const rivals = pending.map((one) => valuesAtRungs(one.reports, start, reductionFactor));
    let next = start * power(reductionFactor, rung);
    for (; last.step >= next; rung++, next *= reductionFactor) {
      if (Number.isNaN(last.value)) return rung;
      const running = rivals.flatMap((values) => values.slice(rung, rung + 1));
      const least = countBelow(rungs[rung] ?? [], last.value);
      const better = least + running.filter((value) => value < last.value).length;
      const count = (rungs[rung]?.length ?? 0) + running.length + 1;
      const promoted = Math.max(Math.floor(count / reductionFactor), 1);
      if (count <= bootstrapCount || better >= promoted) return rung;
    }
    return undefined;
  };
  return {
    name: "successive-halving",
    init: () => ({ minResource: minResource === "auto" ? undefined : minResource, rungs: [] }),
    observe(state, { outcome, reports }) {
      const last = reports.at(-1);
      if (last === undefined) return state;
      if (state.minResource === undefined) {
        // As in Optuna, what came before the rungs were known doesn't count at them.
        if (outcome === "complete") state.minResource = Math.max(Math.floor(last.step / 100), 1);
        return state;
      }
      const stop = outcome === "pruned" ? stoppedAt(state, reports, []) : undefined;
      const values = valuesAtRungs(reports, first(state.minResource), reductionFactor);
      const reached = values.slice(0, stop === undefined ? undefined : stop + 1);
      for (const [rung, value] of reached.entries()) insertInto((state.rungs[rung] ??= []), value);
      return state;
    },
    shouldPrune: (state, { trial, pending }) =>
      stoppedAt(state, trial.reports, pending) !== undefined,
  };
}

/** By rung, from 0: a trial's value there, for as many rungs as it has reached. */
function valuesAtRungs(reports: readonly Report[], first: number, factor: number): number[] {
  const values: number[] = [];
  let next = first;
  for (const { step, value } of reports) {
    if (Number.isNaN(value)) continue;
    for (; step >= next; next *= factor) values.push(value);
  }
  return values;
}

/** base to an exponent ≥ 0, exact among integers. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let k = 0; k < exponent; k++) result *= base;
  return result;
}

export type SuccessiveHalvingState = State;
