import { HpoError } from "../errors/errors.ts";
import type { PendingTrial } from "../contracts/strategy.ts";
import type { Report } from "../contracts/trial.ts";
import { requireInteger, givenOptions } from "../errors/checks.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { countBelow, insertInto } from "../numerics/ascending.ts";
import { growingFold } from "./growing-fold.ts";

/** Options of `successiveHalving`. */
export interface SuccessiveHalvingOptions {
  /**
   * The first rung's step, before `minEarlyStoppingRate`; ≥ 1. "auto", if left out: a hundredth of
   * the steps of the first trial that completes, at least 1; until then none is pruned.
   */
  readonly minResource?: number | "auto";
  /** About one trial in so many is promoted from rung to rung; ≥ 2; 4 if left out. */
  readonly reductionFactor?: number;
  /** So many rungs are left out at the start, ≥ 0; 0 if left out. */
  readonly minEarlyStoppingRate?: number;
  /** The first so many trials of a rung, ≥ 0, are pruned there; 0 if left out; not with "auto". */
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
 *
 * @example
 * ```ts
 * import { successiveHalving } from "hpo/pruners";
 *
 * const pruner = successiveHalving({ reductionFactor: 3 }); // defineStudy({ …, pruner })
 * ```
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Pruner<State> {
  const given = givenOptions("successive-halving", options, [
    "minResource",
    "reductionFactor",
    "minEarlyStoppingRate",
    "bootstrapCount",
  ]);
  const rules = rulesOf(given);
  const { minResource } = rules;
  const rungsOf = rungReader(rules);
  return {
    name: "successive-halving",
    races: true,
    options: { ...given },
    init: () => ({ minResource: minResource === "auto" ? undefined : minResource, rungs: [] }),
    observe(state, { outcome, reports }) {
      const last = reports.at(-1);
      if (last === undefined) return state;
      if (state.minResource === undefined) {
        // As in Optuna, what came before the rungs were known doesn't count at them.
        if (outcome === "complete") state.minResource = Math.max(Math.floor(last.step / 100), 1);
        return state;
      }
      const stop = outcome === "pruned" ? stoppedAt(rules, rungsOf, state, reports, []) : undefined;
      const { values } = rungsOf(reports, stepOf(rules, state.minResource, 0));
      const reached = values.slice(0, stop === undefined ? undefined : stop + 1);
      for (const [rung, value] of reached.entries()) insertInto((state.rungs[rung] ??= []), value);
      return state;
    },
    shouldPrune: (state, { trial, pending }) =>
      stoppedAt(rules, rungsOf, state, trial.reports, pending) !== undefined,
  };
}

type Rules = Required<SuccessiveHalvingOptions>;

function rulesOf(options: SuccessiveHalvingOptions): Rules {
  const { minResource = "auto", reductionFactor = 4 } = options;
  const { minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
  if (minResource !== "auto") requireInteger("successive-halving: minResource", minResource, 1);
  requireInteger("successive-halving: reductionFactor", reductionFactor, 2);
  requireInteger("successive-halving: minEarlyStoppingRate", minEarlyStoppingRate, 0);
  requireInteger("successive-halving: bootstrapCount", bootstrapCount, 0);
  if (minResource === "auto" && bootstrapCount > 0) {
    throw new HpoError(
      `successive-halving: bootstrapCount=${bootstrapCount} needs a minResource. Give it a number.`,
    );
  }
  return { minResource, reductionFactor, minEarlyStoppingRate, bootstrapCount };
}

/** The rung at which the last report stops the trial; undefined where it goes on. */
function stoppedAt(
  rules: Rules,
  rungsOf: RungReader,
  { minResource, rungs }: State,
  reports: readonly Report[],
  pending: readonly PendingTrial[],
): number | undefined {
  const last = reports.at(-1);
  if (minResource === undefined || last === undefined) return undefined;
  const first = stepOf(rules, minResource, 0);
  if (last.step < first) return undefined;
  let rung = rungsOf(reports, first).before;
  const rivals = pending.map((one) => rungsOf(one.reports, first).values);
  for (; last.step >= stepOf(rules, minResource, rung); rung++) {
    if (Number.isNaN(last.value)) return rung;
    const running = rivals.flatMap((values) => values.slice(rung, rung + 1));
    if (!isPromoted(rules, last.value, rungs[rung] ?? [], running)) return rung;
  }
  return undefined;
}

/** @param finished ascending */
function isPromoted(
  { reductionFactor, bootstrapCount }: Rules,
  value: number,
  finished: readonly number[],
  running: readonly number[],
): boolean {
  const count = finished.length + running.length + 1;
  const better = countBelow(finished, value) + running.filter((one) => one < value).length;
  return count > bootstrapCount && better < Math.max(Math.floor(count / reductionFactor), 1);
}

/** A rung's step, exact among integers. */
function stepOf(rules: Rules, minResource: number, rung: number): number {
  let step = minResource;
  for (let k = 0; k < rules.minEarlyStoppingRate + rung; k++) step *= rules.reductionFactor;
  return step;
}

interface Rungs {
  /** By rung, from 0: a trial's value there, for as many rungs as it has reached. */
  readonly values: number[];
  /** How many rungs it had reached before its last report. */
  readonly before: number;
  /** The step of the next one. */
  readonly next: number;
}

/** Reads the rungs of a trial whose first one lies at a step. */
type RungReader = (reports: readonly Report[], first: number) => Rungs;

function rungReader({ reductionFactor }: Rules): RungReader {
  const byFirst = new Map<number, (reports: readonly Report[]) => Rungs>();
  const readerFrom = (first: number) =>
    growingFold<Rungs>(
      () => ({ values: [], before: 0, next: first }),
      ({ values, next }, { step, value }) => {
        const before = values.length;
        if (Number.isNaN(value)) return { values, before, next };
        for (; step >= next; next *= reductionFactor) values.push(value);
        return { values, before, next };
      },
    );
  return (reports, first) => {
    const known = byFirst.get(first) ?? readerFrom(first);
    byFirst.set(first, known);
    return known(reports);
  };
}

export type SuccessiveHalvingState = State;
