import test from "ava";
import type { Strategy, Suggestion } from "../../src/contracts/strategy.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { float, int, searchSpace, type SearchSpace } from "../../src/space/index.ts";
import { completeEnding, failed, type Ending } from "../../src/testing/strategy-scenarios.ts";
import { withoutRepeats } from "./without-repeats.ts";

/** Always the same point, or the one that the generator draws from `draw` on. */
const stubborn = (suggestion: Suggestion, draw?: (uniform: number) => number): Strategy =>
  withoutRepeats<undefined>({
    name: "stubborn",
    init: () => undefined,
    observe: () => undefined,
    suggest: (_, { rng }) =>
      draw ? { kind: "params", params: { n: draw(rng.uniform()) } } : suggestion,
  });
const at = (n: number): Suggestion => ({ kind: "params", params: { n } });
const finite = searchSpace({ n: int(1, 4) });

function next(
  strategy: Strategy,
  tried: readonly number[],
  {
    space = finite,
    pending = [],
    ending = completeEnding(1),
  }: { space?: SearchSpace; pending?: readonly number[]; ending?: Ending } = {},
): Suggestion {
  let state = strategy.init({ space, metricCount: 1 });
  for (const [number, n] of tried.entries()) {
    state = strategy.observe(state, { number, params: { n }, ...ending });
  }
  return strategy.suggest(state, {
    number: 9,
    pending: pending.map((n, i) => ({ number: 4 + i, params: { n }, reports: [] })),
    rng: createRng(1, "suggest"),
  });
}

test("a strategy that has come to its end is not asked for another point", (t) => {
  const end = { kind: "exhausted", message: "all is tried" } as const;
  const ended = stubborn(end);
  t.is(next(ended, [1]), end);
  t.is(next(ended, [1], { space: searchSpace({ n: float(0, 1) }) }), end);
});

test("a point that is new comes as it is, and in an infinite space each does", (t) => {
  t.deepEqual(next(stubborn(at(2)), [1]), at(2));
  t.deepEqual(next(stubborn(at(1)), [1], { space: searchSpace({ n: float(0, 1) }) }), at(1));
});

test("in place of a repeat comes a point that is left, until all are tried", (t) => {
  const strategy = stubborn(at(1));
  const only = next(strategy, [1, 2, 4]);
  t.like(only, { params: { n: 3 }, why: { phase: "left over", left: 1 } });
  t.like(next(strategy, [1, 2], { pending: [4] }), { params: { n: 3 }, why: { left: 1 } });
  t.like(next(strategy, [1]), { why: { phase: "left over", left: 3 } });
  t.deepEqual(next(strategy, [1, 2, 3, 4]), at(1));
});

test("another draw of the strategy's own goes before a point at random", (t) => {
  const fair = stubborn(at(1), (uniform) => 1 + Math.floor(4 * uniform));
  for (let n = 1; n <= 4; n++) {
    const tried = [1, 2, 3, 4].filter((other) => other !== n);
    t.deepEqual(next(fair, tried), at(n));
  }
});

test("a trial that says nothing of its point leaves it to be tried again; a diverged one does not", (t) => {
  const strategy = stubborn(at(1));
  t.deepEqual(next(strategy, [1], { ending: failed("lost") }), at(1));
  t.like(next(strategy, [1], { ending: failed("diverged") }), { why: { left: 3 } });
});

test("a space of more than 20,000 points is not listed: a repeat is drawn anew, at last left", (t) => {
  const large = searchSpace({ n: int(1, 20_001) });
  t.deepEqual(next(stubborn(at(1)), [1], { space: large }), at(1));
  const listed = searchSpace({ n: int(1, 20_000) });
  t.like(next(stubborn(at(1)), [1], { space: listed }), { why: { left: 19_999 } });
});
