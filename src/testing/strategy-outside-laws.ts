import type { ExecutionContext } from "ava";
import type { Observation, PendingTrial, Strategy } from "../contracts/strategy.ts";
import { float, int } from "../space/parameter.ts";
import { searchSpace, type Params } from "../space/search-space.ts";
import { completeEnding, spaces } from "./strategy-scenarios.ts";
import { bowlIn, fold, simulate, suggestAt } from "./strategy-simulation.ts";

/** A space, and values beyond it on each kind of scale. */
const outsideSpace = searchSpace({
  x: float(0, 5),
  lr: float(1e-4, 1e-1, { log: true }),
  n: int(3, 6),
  batch: int(16, 256, { log: true }),
  s: float(0, 1, { step: 0.25 }),
});
const outside: readonly Params[] = [
  { x: 8 },
  { x: -1e300 },
  { x: 5.001 },
  { lr: 1 },
  { lr: 1e-300 },
  { lr: 0 },
  { lr: -2 },
  { n: 7 },
  { batch: 2 ** 40 },
  { batch: 15 },
  { s: 1.25 },
  { x: NaN },
  { x: Infinity },
  { x: "8" },
];

export function leavesOutWhatLiesOutside(t: ExecutionContext, make: () => Strategy): void {
  const strategy = make();
  const simulation = bowlIn(outsideSpace, { trials: 20 });
  const { history } = simulate(strategy, simulation);
  const inner = { x: 2.5, lr: 0.01, n: 4, batch: 32, s: 0.5 };
  // Better by far than all within, so that whoever learns from them is drawn to the edge.
  const others = outside.map((params, i): Observation => ({
    number: 20 + i,
    params: { ...inner, ...params },
    ...completeEnding(-1000 - i),
  }));
  const mixed = history.flatMap((trial, i) => [trial, ...others.slice(i, i + 1)]);
  const pending = [{ number: 50, params: { ...inner, x: 2 }, reports: [] }];
  const pendingOutside = others.map(({ params, number }) => ({ number, params, reports: [] }));
  const at = (seen: readonly Observation[], running: readonly PendingTrial[]) =>
    suggestAt(strategy, fold(strategy, simulation, seen), 1, 60, running);
  for (const seen of [6, 20]) {
    const expected = at(history.slice(0, seen), pending);
    t.deepEqual(at([...others, ...history.slice(0, seen)], pending), expected);
    t.deepEqual(at(mixed.slice(0, 2 * seen), pending).kind, "params");
    t.deepEqual(at(history.slice(0, seen), [...pendingOutside, ...pending]), expected);
  }
}

export function leavesOutWhatDoesNotExist(t: ExecutionContext, make: () => Strategy): void {
  const strategy = make();
  const simulation = bowlIn(spaces.mixed, { trials: 20 });
  const { history } = simulate(strategy, simulation);
  const stray = { momentum: 0.5, nesterov: true, beta: 0.1, width: 32, decay: 2, unknown: 3 };
  const strange = history.map((trial) => ({ ...trial, params: { ...stray, ...trial.params } }));
  const at = (seen: readonly Observation[]) =>
    suggestAt(strategy, fold(strategy, simulation, seen), 1, 60);
  t.deepEqual(at(strange), at(history));
}
