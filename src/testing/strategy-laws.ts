import type { ExecutionContext } from "ava";
import { HpoError } from "../errors/errors.ts";
import { contains } from "../space/distribution.ts";
import { categorical, float, int } from "../space/parameter.ts";
import { normal } from "../space/prior-spec.ts";
import {
  isActive,
  searchSpace,
  spacePrior,
  type Params,
  type SearchSpace,
} from "../space/search-space.ts";
import { paramsKey, points } from "../space/points.ts";
import { reportsMatter, type Observation, type Strategy } from "../contracts/strategy.ts";
import {
  bowl,
  bowlObjective,
  completeEnding,
  failed,
  mishaps,
  spaces,
} from "./strategy-scenarios.ts";
import { leavesOutWhatDoesNotExist, leavesOutWhatLiesOutside } from "./strategy-outside-laws.ts";
import { begin, bowlIn, fold, LAW_TRIALS, simulate, suggestAt } from "./strategy-simulation.ts";

type Law = (t: ExecutionContext, make: () => Strategy) => void;

/** Exactly the parameters that exist beside each other, each within its distribution. */
function assertValid(t: ExecutionContext, space: SearchSpace, all: readonly Params[]): void {
  for (const params of all) {
    const expected = space.parameters.filter((parameter) => isActive(parameter, params));
    t.deepEqual(Object.keys(params).sort(), expected.map((p) => p.name).sort());
    for (const { name, distribution } of expected) {
      if (!contains(distribution, params[name])) {
        t.fail(
          `${name} = ${JSON.stringify(params[name])} is outside ${JSON.stringify(distribution)}`,
        );
      }
    }
  }
}

const deterministic: Law = (t, make) => {
  const simulation = bowlIn(spaces.mixed, { parallel: 2 });
  const { params } = simulate(make(), simulation);
  t.deepEqual(simulate(make(), simulation).params, params);
  t.notDeepEqual(simulate(make(), { ...simulation, seed: 2 }).params, params);
};

const resumable: Law = (t, make) => {
  for (const objective of [bowlObjective(spaces.mixed), mishaps(spaces.mixed)]) {
    for (const parallel of [1, 4]) {
      const run = simulate(make(), bowlIn(spaces.mixed, { objective, parallel, trials: 40 }));
      for (let trial = run.suggestions.length - 1; trial >= 0; trial -= 6) {
        t.deepEqual(run.replay(trial), run.suggestions[trial], `trial ${trial}`);
      }
    }
  }
};

const suggestIsPure: Law = (t, make) => {
  const strategy = make();
  const simulation = bowlIn(spaces.mixed);
  const { history, params } = simulate(strategy, simulation);
  const state = fold(strategy, simulation, history.slice(0, 20));
  const pending = [{ number: 20, params: params[20], reports: [] }];
  const first = suggestAt(strategy, state, 1, 21, pending);
  for (let i = 0; i < 5; i++) suggestAt(strategy, state, 7, 22 + i, i % 2 ? pending : []);
  t.deepEqual(suggestAt(strategy, state, 1, 21, pending), first);
};

const validInConditionalSpaces: Law = (t, make) => {
  for (const seed of [1, 2]) {
    const { params, suggestions } = simulate(make(), bowlIn(spaces.mixed, { seed, trials: 50 }));
    assertValid(t, spaces.mixed, params);
    t.is(suggestions.length, 50);
  }
};

const survivesMovedRanges: Law = (t, make) => {
  const base = { a: float(0, 10), b: float(1e-4, 1, { log: true }), n: int(1, 10), s: int(0, 9) };
  const before = searchSpace({ ...base, gone: float(0, 1), c: categorical(["p", "q"]) });
  const { history } = simulate(make(), bowlIn(before, { objective: mishaps(before) }));
  const after = {
    narrowed: { ...base, a: float(4, 5), n: int(3, 4), c: categorical(["p", "q"]) },
    widened: { ...base, a: float(-100, 100), b: float(1e-9, 10, { log: true }) },
    shifted: { ...base, a: float(20, 30), n: int(20, 30), added: float(0, 1) },
    regridded: { ...base, a: float(0, 10, { step: 2.5 }), s: int(0, 9, { step: 3 }) },
  };
  for (const declarations of Object.values(after)) {
    const space = searchSpace(declarations);
    const { params } = simulate(make(), bowlIn(space, { history, trials: 25, parallel: 2 }));
    assertValid(t, space, params);
    t.is(params.length, 25);
  }
};

const survivesMishaps: Law = (t, make) => {
  for (const space of [spaces.mixed, spaces.continuous]) {
    const run = simulate(make(), { space, objective: mishaps(space), trials: 60, parallel: 3 });
    assertValid(t, space, run.params);
    t.is(run.params.length, 60);
    for (const reason of ["diverged", "lost"] as const) {
      const objective = () => failed(reason);
      assertValid(t, space, simulate(make(), { space, objective, trials: 25 }).params);
    }
  }
};

const survivesExtremeValues: Law = (t, make) => {
  const space = spaces.continuous;
  const objectives = [
    () => completeEnding(0),
    () => completeEnding(Infinity),
    () => completeEnding(-Infinity),
    (params: Params) => completeEnding(1e308 * (bowl(space, params) - 1)),
    (params: Params) => completeEnding(1e-308 * bowl(space, params)),
  ];
  for (const objective of objectives) {
    const { params } = simulate(make(), { space, objective, trials: 40 });
    assertValid(t, space, params);
    t.is(params.length, 40);
  }
};

const pendingTrialsAreKeptApart: Law = (t, make) => {
  const strategy = make();
  const space = spaces.continuous;
  const { history } = simulate(strategy, bowlIn(space));
  for (const seen of [0, 3, LAW_TRIALS]) {
    const { params } = simulate(strategy, {
      ...bowlIn(space, { trials: 12, parallel: 12 }),
      history: history.slice(0, seen),
    });
    t.is(new Set(params.map(paramsKey)).size, 12, `${seen} trials before`);
  }
};

const worksWithNothingToChoose: Law = (t, make) => {
  for (const space of [spaces.single, spaces.empty]) {
    const { suggestions } = simulate(make(), bowlIn(space, { trials: 15, parallel: 2 }));
    const [first] = suggestions;
    t.is(first.kind, "params");
    const [only] = points(space);
    for (const s of suggestions) if (s.kind === "params") t.deepEqual(s.params, only);
  }
};

const goesThroughFiniteSpacesWithoutRepeats: Law = (t, make) => {
  const space = spaces.finite;
  for (const parallel of [1, 4]) {
    const { params } = simulate(make(), bowlIn(space, { parallel, trials: 12 }));
    assertValid(t, space, params);
    t.is(new Set(params.map(paramsKey)).size, 12);
  }
};

const neverEnds: Law = (t, make) => {
  const { suggestions } = simulate(make(), bowlIn(spaces.finite, { trials: 40, parallel: 2 }));
  t.true(suggestions.every((suggestion) => suggestion.kind === "params"));
};

const takesOrRefusesSeveralMetrics: Law = (t, make) => {
  const space = spaces.mixed;
  const objective = (params: Params, number: number) =>
    number % 7 === 3
      ? failed("diverged")
      : completeEnding(bowl(space, params), 1 - bowl(space, params));
  const simulation = { space, objective, trials: 40, parallel: 2, metricCount: 2 };
  const strategy = make();
  try {
    begin(strategy, simulation);
  } catch (error) {
    t.true(error instanceof HpoError);
    t.regex((error as Error).message, /2 metrics[^]*\buse\b/i);
    return;
  }
  assertValid(t, space, simulate(strategy, simulation).params);
};

const survivesConstraints: Law = (t, make) => {
  const space = spaces.continuous;
  for (const threshold of [0.2, -1]) {
    const objective = (params: Params, number: number) => ({
      ...completeEnding(-bowl(space, params)),
      ...(number % 5 !== 4 && { constraints: [bowl(space, params) - threshold] }),
    });
    assertValid(t, space, simulate(make(), { space, objective, trials: 40 }).params);
  }
};

/** Of uniform draws 30 % lie there, of the prior's 86 %. */
const honoursPriors: Law = (t, make) => {
  const space = searchSpace({ x: float(0, 10, { prior: normal(8, 0.5) }), y: float(0, 1) });
  let near = 0;
  const seeds = 40;
  for (let seed = 0; seed < seeds; seed++) {
    const simulation = { ...bowlIn(space, { seed, trials: 2 }), prior: spacePrior(space) };
    const { params } = simulate(make(), simulation);
    assertValid(t, space, params);
    near += params.filter(({ x }) => (x as number) > 6.5 && (x as number) < 9.5).length;
  }
  t.true(near / (2 * seeds) > 0.6, `${near} of ${2 * seeds} first suggestions follow the prior`);
};

const leavesObservationsAlone: Law = (t, make) => {
  const simulation = bowlIn(spaces.mixed);
  const { history } = simulate(make(), simulation);
  const frozen = history.map((trial): Observation =>
    Object.freeze({ ...trial, params: Object.freeze({ ...trial.params }) }),
  );
  t.notThrows(() => {
    const strategy = make();
    suggestAt(strategy, fold(strategy, simulation, frozen), 1, LAW_TRIALS);
  });
};

/** What a process that only asks knows of reports, where the strategy uses none. */
const needsNoReports: Law = (t, make) => {
  const strategy = make();
  const simulation = bowlIn(spaces.mixed, { objective: mishaps(spaces.mixed), trials: 40 });
  const use = reportsMatter(strategy, { space: spaces.mixed, metricCount: 1 });
  if (use === true) return t.pass();
  const all = simulate(strategy, simulation).history;
  const history = use ? all.filter(({ outcome }) => outcome !== "pruned") : all;
  const brief = history.map((trial): Observation => ({
    ...trial,
    reports: trial.outcome === "complete" ? [] : trial.reports.slice(-1),
  }));
  t.notDeepEqual(brief, history);
  const suggestions = [history, brief].map((trials) =>
    suggestAt(strategy, fold(strategy, simulation, trials), 1, trials.length, []),
  );
  t.deepEqual(suggestions[1], suggestions[0]);
};

/**
 * The contract's laws by name, in plain words.
 *
 * @example
 * ```ts
 * import { strategyLaws } from "hpo/testing";
 *
 * console.log(Object.keys(strategyLaws));
 * ```
 */
export const strategyLaws = {
  "the same seed gives the same suggestions, another seed others": deterministic,
  "folding the history gives the same suggestion again, in parallel runs too": resumable,
  "suggest changes nothing": suggestIsPure,
  "conditional spaces: all active parameters and no other, within range": validInConditionalSpaces,
  "survives moved ranges, missing and extra parameters": survivesMovedRanges,
  "trials and points outside the ranges teach nothing": leavesOutWhatLiesOutside,
  "values of parameters that don't exist teach nothing": leavesOutWhatDoesNotExist,
  "survives failures, pruning, NaN and infinite values": survivesMishaps,
  "survives constant, infinite and huge values": survivesExtremeValues,
  "pending trials are kept apart": pendingTrialsAreKeptApart,
  "works where there is nothing to choose": worksWithNothingToChoose,
  "finite spaces: no point twice while one is left": goesThroughFiniteSpacesWithoutRepeats,
  "finite spaces: goes on when all points were tried": neverEnds,
  "several metrics: works, or says what to use": takesOrRefusesSeveralMetrics,
  "survives constraints": survivesConstraints,
  "the first suggestions follow the prior": honoursPriors,
  "observations stay as they are": leavesObservationsAlone,
  "what it says not to use of reports changes nothing": needsNoReports,
} as const satisfies Readonly<Record<string, Law>>;

/** The name of a law of the contract. */
export type StrategyLaw = keyof typeof strategyLaws;
