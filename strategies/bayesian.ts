/**
 * Bayesian optimisation with Gaussian processes, for any search space: floats, integers, choices and
 * conditions live in one model.
 *
 *   n  rows: trials that say something about the parameters (bayesian/history.ts)
 *
 * A study starts with a few points that stand for the whole space as well as so few can
 * (src/acquisition/start-design.ts), and goes on near the best of them where nothing good is found. Then each suggestion maximises the log expected improvement of a model of the
 * objective, a smooth one and a rough one by turns (bayesian/objective-model.ts), every fourth one
 * within a trust region around the best trial. Divergence, lack of memory and constraints enter as
 * probabilities of feasibility, trials under way as if they had met the model's expectation, a prior
 * as a term that fades (πBO) and is weakened when the trials contradict it. Several metrics are joined
 * by changing weights (ParEGO).
 */
import { BAYESIAN_REVISION } from "./common/revision.ts";
import { givenOptions, mustBe, requireInteger, requireNonNegative } from "../src/errors/checks.ts";
import { decode } from "../src/space/search-space.ts";
import type { Strategy, SuggestContext, Suggestion } from "../src/contracts/strategy.ts";
import { pendingCurve } from "./bayesian/history.ts";
import { proposeCandidates } from "./bayesian/propose.ts";
import { addToState, initialState, type BayesianState } from "./bayesian/state.ts";
import { firstUntried, untried } from "./bayesian/untried.ts";
import { encodeInside, keyInside } from "./common/inside.ts";

export type { BayesianState } from "./bayesian/state.ts";

/** Options of `bayesian`. */
export interface BayesianOptions {
  /**
   * Points of the start design; an integer ≥ 3. By default 5, of few trials no more than
   * half; or 6 with a prior from theory, of which the fourth and the sixth look where the others are not.
   */
  readonly startTrials?: number;
  /**
   * How many trials a prior is worth (πBO's β₀), ≥ 0; by default a tenth of the study's trials, or
   * 10 where their number is not known.
   */
  readonly priorStrength?: number;
  /** Whether every fourth suggestion keeps near the best trial; true by default. */
  readonly trustRegion?: boolean;
}

/**
 * Bayesian optimisation by Gaussian processes, for few, expensive trials, in any space: conditions,
 * integers and choices live in one model. Maximises the log expected improvement (Ament et al., NeurIPS 2023),
 * times the probability of feasibility, times a prior that fades (πBO, Hvarfner et al., ICLR 2022), every fourth
 * time within a trust region around the best trial. Pending trials count as if they had met the
 * expectation; where trials erred no gain is expected, and the more erred in a row, the more it counts where
 * errors are likely. Several metrics are joined by changing weights (ParEGO).
 * @throws HpoError on an option that is none, or out of range
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { bayesian } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: bayesian() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function bayesian(options: BayesianOptions = {}): Strategy<BayesianState> {
  const given = givenOptions("bayesian", options, ["startTrials", "priorStrength", "trustRegion"]);
  const settings = { trustRegion: true, ...given };
  checkOptions(settings);
  return {
    name: "bayesian",
    ...BAYESIAN_REVISION,
    options: { ...given },
    usesReports: () => "besideStopped",
    init: (context) => initialState(context, settings),
    observe: addToState,
    suggest,
  };
}

function checkOptions(options: BayesianOptions): void {
  const { startTrials, priorStrength, trustRegion } = options;
  if (startTrials !== undefined) {
    requireInteger("bayesian: startTrials", startTrials, 3, "Give 5, or leave it out.");
  }
  if (priorStrength !== undefined) {
    requireNonNegative("bayesian: priorStrength", priorStrength, "Give a number of trials.");
  }
  if (typeof trustRegion !== "boolean") {
    throw mustBe("bayesian: trustRegion", trustRegion, "true or false");
  }
}

function suggest(state: BayesianState, context: SuggestContext): Suggestion {
  const { space, history, domain, listing } = state;
  if (domain.dimension === 0) return { kind: "params", params: {} };
  const running = context.pending.flatMap((trial) => {
    const point = encodeInside(space, trial.params);
    return point ? [{ trial, point }] : [];
  });
  const underWay = running.map(({ trial }) => keyInside(space, trial.params));
  const avoided = new Set([...underWay, ...history.erred.keys()]);
  const { tried, left } = untried(listing, history.tried, avoided);
  const objective = state.objectives[context.number % state.objectives.length];
  const { candidates, why } = proposeCandidates({
    state,
    objective,
    pending: running.map(({ point }) => point),
    curves: running.map(({ trial }) => pendingCurve(history, trial)),
    left,
    rng: context.rng,
  });
  const x = firstUntried(domain, candidates, tried, left, context.rng);
  return { kind: "params", params: decode(space, x), why };
}
