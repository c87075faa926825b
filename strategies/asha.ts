import { contains } from "../src/space/distribution.ts";
import { isActive, type Params, type SearchSpace } from "../src/space/search-space.ts";
import {
  isEvidence,
  type Observation,
  type Strategy,
  type SuggestContext,
  type Suggestion,
} from "../src/strategy.ts";
import { bayesian } from "./bayesian.ts";
import { requireInteger, requireKnown, requireWithin } from "./common/options.ts";

export interface AshaOptions {
  /** What proposes new configurations; `bayesian()` if left out. */
  readonly strategy?: Strategy;
  /** The first rung: the step at which every new trial pauses; ≥ 1; 1 if left out. */
  readonly minSteps?: number;
  /**
   * The last step of a full training. If left out, that of the first trial that completes: until
   * then none pauses.
   */
  readonly maxSteps?: number;
  /** The best one in so many at a rung goes on, to a step so many times further; > 1; 3. */
  readonly eta?: number;
}

interface AshaState {
  readonly inner: unknown;
  readonly space: SearchSpace;
  /** Steps at which trials pause; undefined until the length of a training is known. */
  rungs: readonly Rung[] | undefined;
  /** Trials that were continued. */
  readonly continued: Set<number>;
  /** By trial, the rung that it came to last. */
  readonly pausedAt: Map<number, number>;
}

interface Rung {
  readonly step: number;
  /** All that came here, best first; equals by age. */
  readonly entries: Entry[];
}

interface Entry {
  readonly value: number;
  /** The trial that stands here and may be continued; undefined: it diverged, or is past this. */
  readonly trial: { readonly number: number; readonly params: Params } | undefined;
}

/**
 * Asynchronous successive halving that pauses and promotes (Li et al., A System for Massively
 * Parallel Hyperparameter Tuning, MLSys 2020, algorithm 2), over any strategy: a new configuration
 * trains to the first rung, and whenever one at a rung is among the best ⌊n/η⌋ of the n that came
 * there and was not continued yet, the next trial continues it to the next rung, the highest rung
 * first. Nobody waits for a rung to fill. Rung k lies at step minSteps·ηᵏ, rounded; who passes the
 * last one trains to its end.
 *
 * Diverged trials count at the rung that they did not reach, as the worst.
 * @throws HpoError for options out of range
 */
export function asha(options: AshaOptions = {}): Strategy<AshaState> {
  requireKnown("asha", options, ["strategy", "minSteps", "maxSteps", "eta"]);
  const { strategy = bayesian(), minSteps = 1, maxSteps, eta = 3 } = options;
  requireInteger("asha", "minSteps", minSteps, 1);
  if (maxSteps !== undefined) requireInteger("asha", "maxSteps", maxSteps, minSteps);
  requireWithin("asha", "eta", eta, 1, 100, { open: true });
  const rungsUpTo = (last: number): Rung[] => {
    const rungs: Rung[] = [];
    for (let step = minSteps; Math.round(step) < last; step *= eta) {
      rungs.push({ step: Math.round(step), entries: [] });
    }
    return rungs;
  };
  return {
    name: "asha",
    options: {
      strategy: { name: strategy.name, options: strategy.options ?? {} },
      minSteps,
      ...(maxSteps !== undefined && { maxSteps }),
      eta,
    },
    init: (context) => ({
      inner: strategy.init(context),
      space: context.space,
      rungs: maxSteps === undefined ? undefined : rungsUpTo(maxSteps),
      continued: new Set(),
      pausedAt: new Map(),
    }),
    observe(state, trial) {
      const inner = strategy.observe(state.inner, trial);
      const last = trial.reports.at(-1);
      if (!state.rungs && trial.outcome === "complete" && last) {
        state.rungs = rungsUpTo(last.step);
      } else if (state.rungs) enter(state, state.rungs, trial);
      return { ...state, inner };
    },
    suggest(state, context) {
      return promotion(state, context, eta) ?? fresh(strategy, state, context);
    },
  };
}

function fresh(
  strategy: Strategy,
  { inner, rungs }: AshaState,
  context: SuggestContext,
): Suggestion {
  const suggestion = strategy.suggest(inner, context);
  if (suggestion.kind === "exhausted" || !rungs?.length) return suggestion;
  return { ...suggestion, maxStep: rungs[0].step };
}

/** The best trial that may go on, at the highest rung that has one. */
function promotion(
  { rungs = [], continued }: AshaState,
  { pending }: SuggestContext,
  eta: number,
): Suggestion | undefined {
  const underWay = new Set(pending.map(({ continueFrom }) => continueFrom));
  for (let k = rungs.length - 1; k >= 0; k--) {
    const { entries, step } = rungs[k];
    const share = Math.floor(entries.length / eta);
    for (const { trial } of entries.slice(0, share)) {
      if (!trial || continued.has(trial.number) || underWay.has(trial.number)) continue;
      const next = k + 1 < rungs.length ? rungs[k + 1].step : undefined;
      const why = { phase: "promote", from: step, amongBest: share, of: entries.length };
      return {
        kind: "params",
        params: trial.params,
        continueFrom: trial.number,
        ...(next !== undefined && { maxStep: next }),
        why,
      };
    }
  }
  return undefined;
}

/** Enters a finished trial at the rungs that its own reports came to. */
function enter(state: AshaState, rungs: readonly Rung[], trial: Observation): void {
  const { number, params, reports, outcome, failure, continueFrom } = trial;
  // A continuation that was lost is no reason not to try again.
  if (outcome === "failed" && !(failure && isEvidence(failure))) return;
  let k = 0;
  if (continueFrom !== undefined) {
    state.continued.add(continueFrom);
    k = (state.pausedAt.get(continueFrom) ?? -1) + 1;
  }
  const last = reports.at(-1)?.step ?? 0;
  for (; k < rungs.length && rungs[k].step <= last; k++) {
    const value = reports.find(({ step }) => step >= rungs[k].step)?.value ?? Infinity;
    const isLast = k + 1 === rungs.length || rungs[k + 1].step > last;
    const stands = isLast && outcome === "pruned" && isInside(state.space, params);
    insert(rungs[k].entries, { value, trial: stands ? { number, params } : undefined });
    if (isLast) state.pausedAt.set(number, k);
  }
  if (outcome === "failed" && k < rungs.length) {
    insert(rungs[k].entries, { value: Infinity, trial: undefined });
  }
}

function insert(entries: Entry[], entry: Entry): void {
  const key = ({ value }: Entry): number => (Number.isNaN(value) ? Infinity : value);
  const at = entries.findIndex((other) => key(other) > key(entry));
  entries.splice(at < 0 ? entries.length : at, 0, entry);
}

/** A space that moved may have left a paused trial's parameters behind. */
function isInside({ parameters }: SearchSpace, params: Params): boolean {
  return parameters.every((parameter) =>
    isActive(parameter, params)
      ? Object.hasOwn(params, parameter.name) &&
        contains(parameter.distribution, params[parameter.name])
      : true,
  );
}
