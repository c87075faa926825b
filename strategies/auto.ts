import { AUTO_REVISION } from "./common/revision.ts";
import { cardinality } from "../src/space/distribution.ts";
import { spaceCardinality } from "../src/space/points.ts";
import { reportsMatter, type Strategy, type StrategyContext } from "../src/contracts/strategy.ts";
import { bayesian } from "./bayesian.ts";
import { cmaEs } from "./cma-es.ts";
import { requireInteger, givenOptions } from "../src/errors/checks.ts";
import { HpoError } from "../src/errors/errors.ts";
import { grid } from "./grid.ts";
import { nsga2 } from "./nsga2.ts";
import { portfolioBefore } from "./portfolio.ts";
import { quasiRandom } from "./quasi-random.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";
import { counted } from "../src/errors/counted.ts";

/** Options of `auto`. */
export interface AutoOptions {
  /** How many trials are under way at once, ≥ 1; 1. */
  readonly parallel?: number;
  /** Whether the same parameters give clearly different values when they are run again; false. */
  readonly noisy?: boolean;
  /**
   * Whether settings that were good elsewhere come first (`portfolio`), where it searches by learning: true,
   * also by common names of parameters; false, never; by default where the study declares its `roles` and
   * nothing is believed of their values.
   */
  readonly portfolio?: boolean;
}

/** Strategies that follow a fixed plan, so that `portfolio` puts no settings before them. */
const UNLEARNED = ["grid", "quasi-random", "random"];

interface Choice {
  readonly strategy: Strategy;
  readonly reason: string;
}

interface AutoState {
  readonly strategy: Strategy;
  readonly reason: string;
  readonly inner: unknown;
}

const DEFAULT_BUDGET = 100;
/** A grid of at most this many points is gone through, if the budget covers it. */
const MOST_GRID_POINTS = 200;
/** From this many trials on a Gaussian process costs more time than its better suggestions save. */
const MANY_TRIALS = 1000;
const MANY_PARAMETERS = 50;
const MANY_WORKERS = 32;

/**
 * Chooses a strategy by the space, the budget, the number of metrics, the workers and the noise, and
 * says why in `why.chosen` and `why.because` of each suggestion. The choice depends on nothing that
 * changes while a study runs. Its rules follow what the bench measured (bench/RESULTS.md).
 *
 * @throws HpoError for options out of range
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { auto } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: auto({ parallel: 4 }) });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function auto(options: AutoOptions = {}): Strategy<AutoState> {
  const given = givenOptions("auto", options, ["parallel", "noisy", "portfolio"]);
  const { parallel = 1, noisy = false, portfolio } = given;
  requireInteger("auto: parallel", parallel, 1);
  for (const [name, value] of Object.entries({ noisy, portfolio })) {
    if (typeof value === "boolean" || value === undefined) continue;
    throw new HpoError(`auto: ${name} is ${String(value)}; give true or false.`);
  }
  return {
    name: "auto",
    ...AUTO_REVISION,
    options: { ...given },
    usesReports: (context) =>
      reportsMatter(chooseStrategy(context, { parallel, noisy }).strategy, context),
    init(context) {
      const { strategy: chosen, reason } = chooseStrategy(context, { parallel, noisy });
      // A prior of the user's is better knowledge than the portfolio.
      const isFirst = portfolio ?? (context.roles !== undefined && !context.prior);
      const strategy =
        isFirst && !UNLEARNED.includes(chosen.name)
          ? { ...chosen, ...portfolioBefore(chosen) }
          : chosen;
      return { strategy, reason, inner: strategy.init(context) };
    },
    observe: (state, trial) => ({ ...state, inner: state.strategy.observe(state.inner, trial) }),
    suggest({ strategy, reason, inner }, context) {
      const suggestion = strategy.suggest(inner, context);
      if (suggestion.kind === "exhausted") return suggestion;
      const why = { chosen: strategy.name, because: reason, ...suggestion.why };
      return { ...suggestion, why };
    },
  };
}

/**
 * What `auto` takes, and why.
 *
 * @example
 * ```ts
 * import { float, searchSpace } from "hpo";
 * import { chooseStrategy } from "hpo/strategies";
 *
 * const space = searchSpace({ lr: float(0, 1) });
 * chooseStrategy({ space, metricCount: 1, trialBudget: 50 }).strategy.name; // bayesian
 * ```
 */
export function chooseStrategy(
  { space, metricCount, trialBudget }: StrategyContext,
  { parallel = 1, noisy = false }: AutoOptions = {},
): Choice {
  const budget = trialBudget ?? DEFAULT_BUDGET;
  const free = space.parameters.filter(({ distribution }) => cardinality(distribution) > 1);
  const size = free.length === 0 ? 1 : smallSize(space);
  const choices = free.filter(({ distribution }) => distribution.kind === "categorical").length;
  const isFlat = space.parameters.every(({ conditions }) => conditions.length === 0);
  if (free.length === 0) return { strategy: random(), reason: "there is nothing to choose" };
  if (size <= budget && !noisy && trialBudget !== undefined) {
    return {
      strategy: grid(),
      reason: `the budget of ${budget} covers the whole space, ${counted(size, "point")}`,
    };
  }
  if (parallel >= budget) {
    const reason = `all ${budget} trials start at once: an even design is all that can be done`;
    return { strategy: quasiRandom(), reason };
  }
  if (metricCount > 1) {
    return budget > MANY_TRIALS
      ? { strategy: nsga2(), reason: `${metricCount} metrics and ${budget} trials to breed from` }
      : { strategy: tpe(), reason: `${metricCount} metrics, few trials: a model of the front` };
  }
  if (isFlat && choices === 0 && free.length > 1 && budget > MANY_TRIALS) {
    return { strategy: cmaEs(), reason: `numbers alone and ${budget} trials to adapt to them` };
  }
  if (budget > MANY_TRIALS || free.length > MANY_PARAMETERS || parallel > MANY_WORKERS) {
    const what = `${budget} trials of ${free.length} parameters on ${parallel} worker(s)`;
    return { strategy: tpe(), reason: `${what}: cheap suggestions count` };
  }
  return {
    strategy: bayesian(),
    reason: `${counted(budget, "trial")}: each should tell as much as it can`,
  };
}

/** How many points there are, Infinity for more than a grid may have. */
function smallSize(space: StrategyContext["space"]): number {
  const bound = space.parameters.reduce((n, p) => n * cardinality(p.distribution), 1);
  if (bound === Infinity || bound > 100 * MOST_GRID_POINTS) return Infinity;
  const size = spaceCardinality(space);
  return size <= MOST_GRID_POINTS ? size : Infinity;
}
