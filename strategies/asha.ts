import { SECOND_REVISION } from "./common/revision.ts";
import { identityOf } from "../src/contracts/identity.ts";
import { requireStrategy } from "../src/contracts/part.ts";
import { contains } from "../src/space/distribution.ts";
import { isActive, type Params, type SearchSpace } from "../src/space/search-space.ts";
import {
  isEvidence,
  type Observation,
  type Strategy,
  type SuggestContext,
  type Suggestion,
} from "../src/contracts/strategy.ts";
import {
  keepWhole,
  firstTrusted,
  insertEntry,
  rungsUpTo,
  type Entry,
  type Rung,
  type Whole,
} from "./asha/rungs.ts";
import { encodeInside } from "./common/inside.ts";
import { bayesian } from "./bayesian.ts";
import { requireInteger, givenOptions, requireWithin } from "../src/errors/checks.ts";

/** Options of `asha`. */
export interface AshaOptions {
  /** What proposes new configurations; `bayesian()` if left out. */
  readonly strategy?: Strategy;
  /** The first rung: the step at which new trials pause; ≥ 1; 1 if left out. */
  readonly minSteps?: number;
  /**
   * The last step of a full training, ≥ minSteps. If left out, that of the first trial that completes: until
   * then none pauses.
   */
  readonly maxSteps?: number;
  /** The best one in so many at a rung goes on, to a step so many times further; in [1.1, 9]; 3. */
  readonly eta?: number;
  /**
   * About which share of all steps goes to new trials that never pause: they tell whether who leads
   * at a rung leads at the end. In [0, 0.9], 0: none; 0.05 if left out. Raise
   * it, to 0.15, where low learning rates or a warm-up may win late.
   */
  readonly hedge?: number;
}

interface AshaState {
  readonly inner: unknown;
  readonly space: SearchSpace;
  /** Steps at which trials pause; undefined until the length of a training is known. */
  rungs: readonly Rung[] | undefined;
  maxSteps: number | undefined;
  /** Trials that were continued. */
  readonly continued: Set<number>;
  /** By trial, its values at the rungs that it came to, those of the trials before it included. */
  readonly paths: Map<number, readonly number[]>;
  readonly wholes: Whole[];
  /** New trials that ended. */
  started: number;
}

interface Settings {
  readonly strategy: Strategy;
  readonly minSteps: number;
  readonly maxSteps: number | undefined;
  readonly eta: number;
  readonly hedge: number;
}

/**
 * Asynchronous successive halving that pauses and promotes (Li et al., A System for Massively
 * Parallel Hyperparameter Tuning, MLSys 2020, algorithm 2), over any strategy: a new configuration
 * trains to the first rung, and whenever one at a rung is among the best ⌊n/η⌋ of the n that came
 * there and was not continued yet, the next trial continues it to the next rung, the highest rung
 * first. Nobody waits for a rung to fill. Rung k lies at step minSteps·ηᵏ, rounded; who passes the
 * last one trains to its end. Diverged trials count at the rung that they did not reach, as the
 * worst.
 *
 * Early leaders need not lead at the end. So a share of the steps, `hedge`, goes to trials that are
 * never paused; and a rung at which the best training of all looked bad is left out, with those before
 * it, until a better one shows that it was right (asha/rungs.ts).
 * @throws HpoError for options out of range
 *
 * @example
 * ```ts
 * import { defineStudy, float, searchSpace } from "hpo";
 * import { asha, bayesian } from "hpo/strategies";
 *
 * export default defineStudy({
 *   name: "long",
 *   space: searchSpace({ lr: float(1e-5, 1, { log: true }) }),
 *   strategy: asha({ strategy: bayesian(), maxSteps: 50 }), // rungs at 1, 3, 9, 27
 * });
 * ```
 */
export function asha(options: AshaOptions = {}): Strategy<AshaState> {
  const known = ["strategy", "minSteps", "maxSteps", "eta", "hedge"] as const;
  const given = givenOptions("asha", options, known);
  const { strategy = bayesian(), minSteps = 1, maxSteps, eta = 3, hedge = 0.05 } = given;
  requireStrategy("asha: strategy", strategy);
  requireInteger("asha: minSteps", minSteps, 1);
  if (maxSteps !== undefined) requireInteger("asha: maxSteps", maxSteps, minSteps);
  requireWithin("asha: eta", eta, 1.1, 9);
  requireWithin("asha: hedge", hedge, 0, 0.9);
  const settings: Settings = { strategy, minSteps, maxSteps, eta, hedge };
  return {
    name: "asha",
    promotes: true,
    ...SECOND_REVISION,
    options: {
      strategy: { options: {}, ...identityOf(strategy) },
      minSteps,
      ...(maxSteps !== undefined && { maxSteps }),
      eta,
      hedge,
    },
    init: (context) => ({
      inner: strategy.init(context),
      space: context.space,
      rungs: maxSteps === undefined ? undefined : rungsUpTo(maxSteps, settings),
      maxSteps,
      continued: new Set(),
      paths: new Map(),
      wholes: [],
      started: 0,
    }),
    observe: (state, trial) => observe(settings, state, trial),
    suggest: (state, context) =>
      promotion(settings, state, context) ?? fresh(settings, state, context),
  };
}

function observe(settings: Settings, state: AshaState, trial: Observation): AshaState {
  const last = trial.reports.at(-1);
  if (!state.rungs && trial.outcome === "complete" && last) {
    state.maxSteps = last.step;
    state.rungs = rungsUpTo(last.step, settings);
  }
  if (encodeInside(state.space, trial.params)) {
    if (trial.continueFrom === undefined) state.started++;
    if (state.rungs) enter(state, state.rungs, trial);
  }
  return { ...state, inner: settings.strategy.observe(state.inner, trial) };
}

function fresh(settings: Settings, state: AshaState, context: SuggestContext): Suggestion {
  const suggestion = settings.strategy.suggest(state.inner, context);
  const { rungs, maxSteps } = state;
  if (suggestion.kind === "exhausted" || !rungs?.length || maxSteps === undefined) {
    return suggestion;
  }
  const first = firstTrusted(rungs, state.wholes, settings.eta);
  if (first === rungs.length || isHedge(settings, state, context, rungs[first].step, maxSteps)) {
    return suggestion;
  }
  return { ...suggestion, maxStep: rungs[first].step };
}

/**
 * Whether the j-th new trial, from 0, is one that never pauses: every 1/p-th is, from the half of
 * the first period on, where p makes their steps the share `hedge` of all. A trial that pauses at step s costs
 * about s for each rung on the way to the end S, a share 1 − 1/η of it after the first, since one
 * in η goes on to η times as many.
 */
function isHedge(
  { eta, hedge }: Settings,
  { started, space }: AshaState,
  { pending }: SuggestContext,
  first: number,
  maxSteps: number,
): boolean {
  if (hedge === 0) return false;
  const rungCount = Math.log(maxSteps / first) / Math.log(eta);
  const pausing = first * (1 + (1 - 1 / eta) * rungCount);
  const p = (hedge * pausing) / (hedge * pausing + (1 - hedge) * maxSteps);
  const fresh = pending.filter(({ continueFrom }) => continueFrom === undefined);
  const j = started + fresh.filter(({ params }) => encodeInside(space, params)).length;
  return Math.round((j + 1) * p) > Math.round(j * p);
}

/** The best trial that may go on, at the highest rung that has one. */
function promotion(
  { eta }: Settings,
  { rungs = [], continued, wholes }: AshaState,
  { pending }: SuggestContext,
): Suggestion | undefined {
  const underWay = new Set(pending.map(({ continueFrom }) => continueFrom));
  const lowest = firstTrusted(rungs, wholes, eta);
  for (let k = rungs.length - 1; k >= lowest; k--) {
    const { entries, step } = rungs[k];
    const share = Math.floor(entries.length / eta);
    const mayGoOn = ({ number, stands }: Entry): boolean =>
      stands && !continued.has(number) && !underWay.has(number);
    const found = entries.slice(0, share).find(mayGoOn);
    if (!found) continue;
    return {
      kind: "params",
      params: found.params,
      continueFrom: found.number,
      ...(k + 1 < rungs.length && { maxStep: rungs[k + 1].step }),
      why: { phase: "promote", from: step, amongBest: share, of: entries.length },
    };
  }
  return undefined;
}

/** Enters a finished trial at the rungs that its own reports came to. */
function enter(state: AshaState, rungs: readonly Rung[], trial: Observation): void {
  const { number, params, reports, outcome, failure, continueFrom, values } = trial;
  // A continuation that was lost is no reason not to try again.
  if (outcome === "failed" && !(failure && isEvidence(failure))) return;
  if (continueFrom !== undefined) state.continued.add(continueFrom);
  const path = [...(state.paths.get(continueFrom ?? -1) ?? [])];
  const last = reports.at(-1)?.step ?? 0;
  for (let k = path.length; k < rungs.length && rungs[k].step <= last; k++) {
    const value = reports.find(({ step }) => step >= rungs[k].step)?.value ?? Infinity;
    const isLast = k + 1 === rungs.length || rungs[k + 1].step > last;
    const stands = isLast && outcome === "pruned" && isInside(state.space, params);
    insertEntry(rungs[k].entries, { value, number, params, stands });
    path.push(value);
  }
  if (outcome === "failed" && path.length < rungs.length) {
    insertEntry(rungs[path.length].entries, { value: Infinity, number, params, stands: false });
  }
  state.paths.set(number, path);
  if (outcome === "complete") keepWhole(state.wholes, { final: values[0], path });
}

/** A space that moved may have left a paused trial's parameters behind. */
const isInside = ({ parameters }: SearchSpace, params: Params): boolean =>
  parameters.every(
    (parameter) =>
      !isActive(parameter, params) ||
      (Object.hasOwn(params, parameter.name) &&
        contains(parameter.distribution, params[parameter.name])),
  );
