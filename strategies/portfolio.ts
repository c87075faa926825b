import { identityOf } from "../src/contracts/identity.ts";
import { requireStrategy } from "../src/contracts/part.ts";
import {
  isEvidence,
  reportsMatter,
  type Observation,
  type Strategy,
  type SuggestContext,
  type Suggestion,
} from "../src/contracts/strategy.ts";
import { givenOptions } from "../src/errors/checks.ts";
import { cardinality } from "../src/space/distribution.ts";
import { complete, type SearchSpace } from "../src/space/search-space.ts";
import { bayesian } from "./bayesian.ts";
import { compareStandings, standingOf, type Standing } from "./common/standing.ts";
import { portfolioOf, type PortfolioSetting } from "./portfolio/portfolio-of.ts";

/** Options of `portfolio`. */
export interface PortfolioOptions {
  /** What searches from then on, and gives the values that no setting knows; `bayesian()`. */
  readonly strategy?: Strategy;
}

interface PortfolioState {
  readonly inner: unknown;
  readonly space: SearchSpace;
  readonly settings: readonly PortfolioSetting[];
  /** Of several metrics none says which trial is better. */
  readonly isOneMetric: boolean;
  /** Of the first trials that finished, as many as the portfolio's turns last. */
  readonly ends: (Standing | undefined)[];
  /** Failures for their parameters among them. */
  failures: number;
}

/** The first settings come without a look elsewhere between them. */
const AT_ONCE = 2;

/**
 * Another strategy, before which come a few settings that were good elsewhere: learning rates by optimizer,
 * momentum, decay, batch size, dropout, depth and width, of the parameters that the study's `roles` name or
 * that have a common name. Published
 * defaults, and what did well on one half of public tuning data; `strategies/portfolio/known-settings.ts`
 * names the sources, and each trial says in `why.portfolio` where it came from.
 * (After Metz et al., "Using a thousand optimization tasks to learn hyperparameter search strategies", 2020.)
 *
 * Two settings come first, then one by turns with the strategy's own choice. The rest is dropped where
 * the trials contradict it: both first ones failed, or one of the strategy's own is better than all of
 * them. Values that no setting knows are the strategy's. Spaces without a known learning rate, and
 * those of few points, are searched as if it were not there.
 *
 * @throws HpoError on an option that it does not have, or a strategy that is none
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { portfolio, tpe } from "hpo/strategies";
 *
 * const space = searchSpace({ lr: float(1e-6, 1, { log: true }), momentum: float(0, 0.99) });
 * const strategy = portfolio({ strategy: tpe() });
 * const study = await createStudy({ name: "bowl", space, strategy });
 * await study.optimize(({ params }) => (params.lr - 0.02) ** 2, { trials: 20 });
 * ```
 */
export function portfolio(options: PortfolioOptions = {}): Strategy<PortfolioState> {
  const { strategy = bayesian() } = givenOptions("portfolio", options, ["strategy"]);
  requireStrategy("portfolio: strategy", strategy);
  return {
    name: "portfolio",
    options: { strategy: identityOf(strategy) },
    ...(strategy.promotes && { promotes: true }),
    usesReports: (context) => reportsMatter(strategy, context),
    ...portfolioBefore(strategy),
  };
}

/** What `portfolio` does, for a strategy that does so by itself. */
export function portfolioBefore(
  strategy: Strategy,
): Pick<Strategy<PortfolioState>, "init" | "observe" | "suggest"> {
  return {
    init(context) {
      const { space, metricCount, roles } = context;
      const isFinite = space.parameters.every(
        ({ distribution }) => cardinality(distribution) < Infinity,
      );
      const settings = isFinite ? [] : portfolioOf(space, roles);
      const inner = strategy.init(context);
      return { inner, space, settings, isOneMetric: metricCount === 1, ends: [], failures: 0 };
    },
    observe(state, trial) {
      if (state.ends.length < turnCount(state.settings)) takeEnd(state, trial);
      return { ...state, inner: strategy.observe(state.inner, trial) };
    },
    suggest(state, context) {
      const suggestion = strategy.suggest(state.inner, context);
      if (suggestion.kind === "exhausted") return suggestion;
      const setting = settingNow(state, context);
      return setting ? withSetting(state.space, suggestion, setting, context) : suggestion;
    },
  };
}

function takeEnd(state: PortfolioState, trial: Observation): void {
  state.ends.push(standingOf(trial));
  if (trial.failure && isEvidence(trial.failure)) state.failures++;
}

/** How many trials its turns last: 0, 1, then every second one. */
const turnCount = ({ length }: readonly PortfolioSetting[]): number =>
  length <= AT_ONCE ? length : 2 * length - AT_ONCE;

/** Which setting a trial has, by its place among the first ones; undefined: the strategy's own. */
function settingAt(turn: number): number | undefined {
  if (turn < AT_ONCE) return turn;
  return (turn - AT_ONCE) % 2 === 1 ? AT_ONCE + (turn - AT_ONCE - 1) / 2 : undefined;
}

function settingNow(
  state: PortfolioState,
  { pending }: SuggestContext,
): PortfolioSetting | undefined {
  const { settings, ends } = state;
  const turn = ends.length + pending.length;
  if (turn >= turnCount(settings)) return undefined;
  const index = settingAt(turn);
  if (index === undefined || (ends.length >= AT_ONCE && isContradicted(state))) return undefined;
  return settings[index];
}

/** All failed, or the best trial so far is the strategy's own. Turns are taken as they finished. */
function isContradicted({ ends, failures, isOneMetric }: PortfolioState): boolean {
  if (failures === ends.length) return true;
  if (!isOneMetric) return false;
  const bestOf = (own: boolean): Standing | undefined =>
    ends
      .filter((_, turn) => (settingAt(turn) === undefined) === own)
      .flatMap((end) => end ?? [])
      .sort(compareStandings)[0];
  const [own, settings] = [bestOf(true), bestOf(false)];
  return own !== undefined && settings !== undefined && compareStandings(own, settings) < 0;
}

/** The setting, and the strategy's values for what it leaves open. */
function withSetting(
  space: SearchSpace,
  { params: suggested }: Suggestion & { readonly kind: "params" },
  { params, source }: PortfolioSetting,
  { rng }: SuggestContext,
): Suggestion {
  const unit = space.parameters.map(() => rng.uniform());
  return {
    kind: "params",
    params: complete(space, { ...suggested, ...params }, unit),
    why: { phase: "portfolio", portfolio: source },
  };
}
