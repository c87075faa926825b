import { observationOf } from "../../contracts/observation.ts";
import { createRng, type Rng } from "../../numerics/rng.ts";
import { HpoError } from "../../errors/errors.ts";
import { foreignParameter } from "../../space/foreign-distribution.ts";
import { cardinality } from "../../space/distribution.ts";
import { explains, inferSpace } from "../../space/infer-space.ts";
import {
  complete,
  decode,
  spaceOf,
  spacePrior,
  type Params,
  type SearchSpace,
} from "../../space/search-space.ts";
import { paramsKey, points } from "../../space/points.ts";
import {
  reportsMatter,
  type Observation,
  type PendingTrial,
  type ReportsUse,
  type Strategy,
  type StrategyContext,
  type Suggestion,
} from "../../contracts/strategy.ts";
import { isCancelled, type Direction, type FinishedTrial } from "../../contracts/trial.ts";
import type { StudyRoles } from "../../contracts/study-roles.ts";
import type { PriorWatch, WatchedPrior } from "../../contracts/watched-prior.ts";
import { counted } from "../../errors/counted.ts";
import { checkedSuggestion } from "./check-suggestion.ts";

export interface SuggesterOptions {
  readonly strategy: Strategy;
  readonly directions: readonly Direction[];
  readonly seed: number;
  /** Left out: the space is inferred from the history (define-by-run). */
  readonly space?: SearchSpace;
  /** Replaces the priors of the space's parameters. */
  readonly prior?: WatchedPrior;
  /** Called when trials change the prior. */
  readonly onPriorChange?: (message: string) => void;
  readonly trialBudget?: number;
  readonly roles?: StudyRoles;
  /** Whether a finite space may be suggested a point twice. */
  readonly repeats?: boolean;
}

/** How often a strategy that repeats itself is asked for another point before one is drawn. */
const RETRIES = 8;
const BLIND_DRAWS = 64;

/**
 * Asks the strategy for suggestions. Its state is a fold over the finished trials, kept up to the
 * last one that a suggestion has seen; a change of the inferred space starts the fold anew.
 */
export class Suggester {
  readonly #options: SuggesterOptions;
  #space: SearchSpace;
  #state: unknown;
  #watch: PriorWatch | undefined;
  #folded = 0;
  /** The numbers of the trials that are left out. */
  #excluded: ReadonlySet<number> = new Set();
  /** How often each point of a finite space is taken by the folded trials. */
  #taken = new Map<string, number>();
  #finite = false;

  constructor(options: SuggesterOptions) {
    this.#options = options;
    this.#space = options.space ?? spaceOf([]);
    this.#restart();
  }

  /** The space that is searched now. */
  get space(): SearchSpace {
    return this.#space;
  }

  #restart(): void {
    const { prior, space } = this.#options;
    this.#watch = prior?.begin();
    this.#begin();
    this.#folded = 0;
    this.#taken = new Map();
    // In a define-by-run study the objective may ask for more than is known here.
    this.#finite =
      space !== undefined &&
      this.#options.repeats !== true &&
      space.parameters.length > 0 &&
      space.parameters.every(({ distribution }) => cardinality(distribution) < Infinity);
  }

  /** The strategy's state before any trial, with the prior as it is now. */
  #begin(): void {
    this.#state = this.#options.strategy.init(this.#context);
  }

  get #context(): StrategyContext {
    const { directions, roles, trialBudget, seed } = this.#options;
    return {
      space: this.#space,
      metricCount: directions.length,
      prior: this.#prior,
      ...(this.#watch?.isWatched && { priorIsWatched: true }),
      ...(roles && { roles }),
      trialBudget,
      seed,
    };
  }

  /**
   * Whether suggestions depend on reports of finished trials other than the last one of a trial that
   * did not complete.
   */
  get usesReports(): ReportsUse {
    const { space, prior, strategy } = this.#options;
    return !space || prior !== undefined || reportsMatter(strategy, this.#context);
  }

  get #prior() {
    return this.#watch ? this.#watch.prior : spacePrior(this.#space);
  }

  /**
   * Folds the first `count` finished trials but the excluded ones. The fold starts anew if `count`
   * is smaller than before, or other trials are excluded.
   */
  fold(finished: readonly FinishedTrial[], count: number, excluded: ReadonlySet<number>): void {
    if (count < this.#folded || !sameNumbers(excluded, this.#excluded)) this.#restart();
    this.#excluded = excluded;
    if (!this.#options.space) this.#infer(finished, count);
    for (; this.#folded < count; this.#folded++) {
      const trial = finished[this.#folded];
      if (!this.#heeds(trial)) continue;
      const observation = observationOf(trial, this.#options.directions);
      this.#observe(observation);
      if (this.#finite) take(this.#taken, trial.params);
      const change = this.#watch?.observe(observation);
      if (change === undefined) continue;
      const seen = finished.slice(0, this.#folded + 1);
      this.#changePrior(
        change,
        seen.filter((one) => this.#heeds(one)),
      );
    }
  }

  #heeds(trial: FinishedTrial): boolean {
    if (this.#excluded.has(trial.number) || isCancelled(trial)) return false;
    const foreign = foreignParameter(trial.distributions);
    if (foreign === undefined) return true;
    // A trial with parameters of a kind unknown here says nothing about the declared space.
    if (this.#options.space) return false;
    throw new HpoError(
      `Parameter "${foreign.name}" of trial ${trial.number} can be read but not suggested: ` +
        `${foreign.why} Declare the search space in a study file to go on with this study here.`,
    );
  }

  #observe(observation: Observation): void {
    this.#state = this.#options.strategy.observe(this.#state, observation);
  }

  /** Starts the strategy anew with the changed prior, and gives it these trials again. */
  #changePrior(change: string, trials: readonly FinishedTrial[]): void {
    this.#begin();
    for (const trial of trials) this.#observe(observationOf(trial, this.#options.directions));
    this.#options.onPriorChange?.(change);
  }

  #infer(finished: readonly FinishedTrial[], count: number): void {
    const isSample = (trial: FinishedTrial): boolean =>
      trial.state !== "failed" && this.#heeds(trial);
    const fresh = finished.slice(this.#folded, count).filter(isSample);
    if (fresh.every((trial) => explains(this.#space, trial))) return;
    this.#space = inferSpace(finished.slice(0, count).filter(isSample));
    this.#restart();
  }

  /**
   * The suggestion for a trial that saw the first `seenCount` of `finished` but those in
   * `excluded`, and `pending` as running. It depends on its arguments and the study's seed alone.
   */
  suggest(
    number: number,
    finished: readonly FinishedTrial[],
    seenCount: number,
    pending: readonly PendingTrial[],
    excluded: ReadonlySet<number>,
  ): Suggestion {
    this.fold(finished, seenCount, excluded);
    const rng = createRng(this.#options.seed, "suggest", number);
    const suggestion = this.#ask(number, pending, rng);
    if (suggestion.kind === "exhausted") return suggestion;
    // Continuing a trial repeats its parameters on purpose.
    const isRepeatable = !this.#finite || suggestion.continueFrom !== undefined;
    return this.#explained(
      isRepeatable ? suggestion : this.#distinct(suggestion, number, pending, rng),
    );
  }

  #explained(suggestion: Suggestion): Suggestion {
    if (!this.#watch || suggestion.kind === "exhausted") return suggestion;
    return { ...suggestion, why: { ...suggestion.why, theoryPrior: this.#watch.state } };
  }

  #ask(number: number, pending: readonly PendingTrial[], rng: Rng): Suggestion {
    // There is nothing to choose: every parameter has a single value.
    if (this.#space.parameters.length === 0) return { kind: "params", params: {} };
    const { strategy } = this.#options;
    const suggestion = strategy.suggest(this.#state, { number, pending, rng });
    return checkedSuggestion(suggestion, { strategy: strategy.name, space: this.#space, number });
  }

  /**
   * A point that no trial has: from the strategy, else drawn at random, else the first one left.
   */
  #distinct(
    first: Suggestion & { kind: "params" },
    number: number,
    pending: readonly PendingTrial[],
    rng: Rng,
  ): Suggestion {
    const running = new Map<string, number>();
    for (const trial of pending) take(running, trial.params);
    const isTaken = (params: Params): boolean => {
      const key = paramsKey(params);
      return this.#taken.has(key) || running.has(key);
    };
    if (!isTaken(first.params)) return first;
    for (let i = 1; i <= RETRIES; i++) {
      const next = this.#ask(number, pending, rng.fork("again", i));
      if (next.kind === "exhausted" || !isTaken(next.params)) return next;
    }
    const draws = rng.fork("distinct");
    const why = { instead: "the strategy repeated itself" };
    for (let i = 0; i < BLIND_DRAWS; i++) {
      const params = randomPoint(this.#space, draws);
      if (!isTaken(params)) return { kind: "params", params, why };
    }
    for (const params of points(this.#space)) {
      if (!isTaken(params)) return { kind: "params", params, why };
    }
    const message = `All of the space was tried: ${counted(this.#taken.size + running.size, "point")}.`;
    return { kind: "exhausted", message };
  }

  /**
   * Completes `given` by suggested values, or by random ones where there are none. In a declared
   * space, values of `given` whose conditions don't hold are dropped.
   */
  fill(given: Params, suggested: Params, number: number): Params {
    const rng = createRng(this.#options.seed, "fill", number);
    const unit = uniforms(this.#space, rng);
    const prior = this.#prior;
    const filled = complete(
      this.#space,
      { ...suggested, ...given },
      prior ? prior.warp(unit) : unit,
    );
    // A define-by-run objective may still ask for fixed parameters that the space has not shown
    // yet.
    return this.#options.space ? filled : { ...given, ...filled };
  }
}

const sameNumbers = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  a.size === b.size && [...a].every((number) => b.has(number));

/** A point drawn uniformly. */
const randomPoint = (space: SearchSpace, rng: Rng): Params => decode(space, uniforms(space, rng));

const uniforms = (space: SearchSpace, rng: Rng): Float64Array =>
  Float64Array.from({ length: space.parameters.length }, () => rng.uniform());

function take(taken: Map<string, number>, params: Params): void {
  const key = paramsKey(params);
  taken.set(key, (taken.get(key) ?? 0) + 1);
}
