import { type Params, type SearchSpace } from "../../src/space/search-space.ts";
import { points } from "../../src/space/points.ts";
import { cardinality } from "../../src/space/distribution.ts";
import {
  isEvidence,
  type Observation,
  type Strategy,
  type SuggestContext,
  type Suggestion,
} from "../../src/contracts/strategy.ts";
import { keyInside } from "./inside.ts";

/** Spaces with more points are not listed; a repeat there is only drawn anew. */
const MOST_LISTED = 20_000;
const REDRAWS = 20;

interface Tried<State> {
  readonly inner: State;
  readonly space: SearchSpace;
  /** undefined where the space is infinite: continuous draws do not repeat. */
  readonly keys: Set<string> | undefined;
  /** An upper bound of the number of points: conditions leave some out. */
  readonly bound: number;
}

/**
 * The strategy, but in a finite space no point comes twice while one is left: a repeat is drawn anew
 * with another generator, at last a point at random among those left. When all were tried, the
 * strategy repeats as it likes (objectives are noisy). A trial that was lost, timed out or erred does
 * not use its point up; a diverged one does.
 *
 * @example
 * ```ts
 * import { decode, type SearchSpace, type Strategy } from "hpo";
 * import { drawUnit, withoutRepeats } from "hpo/strategies";
 *
 * export const uniform = (): Strategy =>
 *   withoutRepeats<SearchSpace>({
 *     name: "uniform",
 *     init: ({ space }) => space,
 *     observe: (space) => space,
 *     suggest: (space, { rng }) => ({
 *       kind: "params",
 *       params: decode(space, drawUnit(space, undefined, rng)),
 *     }),
 *   });
 * ```
 */
export function withoutRepeats<State>(strategy: Strategy<State>): Strategy {
  const wrapped: Strategy<Tried<State>> = {
    ...strategy,
    init(context) {
      const { space } = context;
      const bound = space.parameters.reduce((n, p) => n * cardinality(p.distribution), 1);
      const keys = Number.isFinite(bound) && bound > 1 ? new Set<string>() : undefined;
      return { inner: strategy.init(context), space, keys, bound };
    },
    observe(state, trial) {
      if (state.keys && usesUp(trial)) state.keys.add(keyInside(state.space, trial.params));
      const inner = strategy.observe(state.inner, trial);
      return inner === state.inner ? state : { ...state, inner };
    },
    suggest(state, context) {
      const suggestion = strategy.suggest(state.inner, context);
      if (suggestion.kind === "exhausted" || !state.keys) return suggestion;
      const taken = new Set(context.pending.map(({ params }) => keyInside(state.space, params)));
      const isNew = ({ params }: { readonly params: Params }): boolean => {
        const key = keyInside(state.space, params);
        return !taken.has(key) && !state.keys!.has(key);
      };
      return isNew(suggestion) ? suggestion : redraw(strategy, state, context, suggestion, isNew);
    },
  };
  return wrapped;
}

function redraw<State>(
  strategy: Strategy<State>,
  state: Tried<State>,
  context: SuggestContext,
  repeat: Suggestion & { readonly kind: "params" },
  isNew: (suggestion: { readonly params: Params }) => boolean,
): Suggestion {
  const left =
    state.bound <= MOST_LISTED
      ? [...points(state.space)].filter((params) => isNew({ params }))
      : undefined;
  if (left?.length === 0) return repeat;
  for (let i = 0; i < REDRAWS; i++) {
    const rng = context.rng.fork("redraw", i);
    const other = strategy.suggest(state.inner, { ...context, rng });
    if (other.kind === "exhausted" || isNew(other)) return other;
  }
  if (!left) return repeat;
  const params = left[context.rng.fork("left").integer(0, left.length - 1)];
  return { kind: "params", params, why: { phase: "left over", left: left.length } };
}

const usesUp = (trial: Observation): boolean =>
  trial.outcome !== "failed" || trial.failure === undefined || isEvidence(trial.failure);
