import test from "ava";
import type { Observation, Strategy, Suggestion } from "../../contracts/strategy.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import {
  categorical,
  float,
  int,
  searchSpace,
  type Params,
  type SearchSpace,
} from "../../space/index.ts";
import { Suggester, type SuggesterOptions } from "./suggester.ts";

const line = searchSpace({ x: float(0, 1) });
const NONE: ReadonlySet<number> = new Set();

/** Tells what it has observed, in `why`. */
const recording = (params: Params = { x: 0.5 }, more: Partial<Suggestion> = {}): Strategy =>
  ({
    name: "recording",
    init: () => [],
    observe: (state: readonly Observation[], trial) => [...state, trial],
    suggest: (state: readonly Observation[], { rng }) => ({
      kind: "params",
      params,
      why: {
        saw: state.map(({ number }) => number),
        values: state.map(({ values }) => values[0]),
        draw: rng.uniform(),
      },
      ...more,
    }),
  }) as Strategy<readonly Observation[]>;

const trials = (space: SearchSpace, all: readonly Params[]): FinishedTrial[] =>
  all.map((params, number) => ({
    ...{ number, params, state: "complete", values: [number], reports: [] },
    ...{ userAttrs: {}, systemAttrs: {} },
    distributions: Object.fromEntries(space.parameters.map((one) => [one.name, one.distribution])),
  }));
const suggester = (more: Partial<SuggesterOptions> = {}) =>
  new Suggester({ strategy: recording(), directions: ["minimize"], seed: 1, space: line, ...more });
const whyOf = (suggestion: Suggestion) =>
  suggestion.kind === "params" ? suggestion.why : undefined;

test("a suggestion has seen the first trials to finish, those that are left out apart, in any order of asking", (t) => {
  const finished = trials(
    line,
    [0.1, 0.2, 0.3, 0.4].map((x) => ({ x })),
  );
  const one = suggester();
  const saw = (count: number, excluded = NONE) =>
    whyOf(one.suggest(9, finished, count, [], excluded))!["saw"];
  t.deepEqual(saw(2), [0, 1]);
  t.deepEqual(saw(4), [0, 1, 2, 3]);
  t.deepEqual(saw(1), [0]);
  t.deepEqual(saw(4, new Set([1])), [0, 2, 3]);
  t.deepEqual(saw(4, new Set([2])), [0, 1, 3]);
  t.deepEqual(saw(4), [0, 1, 2, 3]);
});

test("strategies minimise: values of a study that maximises come negative", (t) => {
  const up = suggester({ directions: ["maximize"] });
  t.deepEqual(
    whyOf(up.suggest(2, trials(line, [{ x: 0 }, { x: 1 }]), 2, [], NONE))!["values"],
    [-0, -1],
  );
});

test("a suggestion depends on the study's seed and the trial's number alone", (t) => {
  const draw = (number: number, seed: number) =>
    whyOf(suggester({ seed }).suggest(number, [], 0, [], NONE))!["draw"];
  t.is(draw(3, 1), draw(3, 1));
  t.not(draw(3, 1), draw(4, 1));
  t.not(draw(3, 1), draw(3, 2));
});

test("in a finite space no point is suggested twice, unless it may be or a trial is continued", (t) => {
  const space = searchSpace({ n: int(1, 3) });
  const finished = trials(space, [{ n: 1 }]);
  const running = [{ number: 1, params: { n: 2 }, reports: [] }];
  const next = (strategy: Strategy, more: Partial<SuggesterOptions> = {}, pending = running) =>
    suggester({ strategy, space, ...more }).suggest(5, finished, 1, pending, NONE);
  const stubborn = recording({ n: 1 });
  t.like(next(stubborn), { params: { n: 3 }, why: { instead: "the strategy repeated itself" } });
  t.like(next(recording({ n: 3 })), { params: { n: 3 }, why: { saw: [0] } });
  t.like(next(stubborn, { repeats: true }), { params: { n: 1 } });
  t.like(next(recording({ n: 1 }, { continueFrom: 0 })), {
    params: { n: 1 },
    continueFrom: 0,
  });
  const third = { number: 2, params: { n: 3 }, reports: [] };
  t.like(next(stubborn, {}, [...running, third]), {
    kind: "exhausted",
    message: "All of the space was tried: 3 points.",
  });
});

test("what a strategy suggests outside of its space is refused, with the value and the range", (t) => {
  const space = searchSpace({
    x: float(0, 1),
    opt: categorical(["sgd", "adam"]),
    mom: float(0, 1).when("opt", "sgd"),
  });
  const ask = (suggestion: unknown) =>
    suggester({
      space,
      strategy: { ...recording(), suggest: () => suggestion as Suggestion },
    }).suggest(3, [], 0, [], NONE);
  const refused = (suggestion: unknown, message: RegExp): void => {
    t.throws(() => ask(suggestion), { instanceOf: HpoError, message });
  };
  const odd = /^The strategy "recording" suggested .* for trial 3\. Its suggest must give \{ kind/;
  for (const given of [undefined, null, {}, { kind: "zzz" }, { kind: "params" }])
    refused(given, odd);
  const of = (params: Params) => ({ kind: "params", params });
  refused(of({}), /suggested no value of "x" for trial 3\. It must be float 0 … 1/);
  refused(of({ x: 7, opt: "adam" }), /suggested x=7 for trial 3\. It must be float 0 … 1/);
  refused(of({ x: NaN, opt: "adam" }), /suggested x=NaN/);
  refused(of({ x: 1, opt: "lion" }), /suggested opt="lion" .* It must be .*"adam"/);
  refused(of({ x: 1, opt: "sgd" }), /suggested no value of "mom"/);
  refused(
    of({ x: 1, opt: "adam", mom: 0.5 }),
    /suggested mom=0\.5 .* does not exist beside the others/,
  );
  refused(of({ x: 1, opt: "adam", zz: 2 }), /suggested a parameter "zz" .* has none of that name/);
  refused(of(Object.create({ x: 1, opt: "adam" }) as Params), /suggested no value of "x"/);
  const right = of({ x: 1, opt: "adam" });
  t.deepEqual(ask(right), right as Suggestion);
});
