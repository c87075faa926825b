import test from "ava";
import type { Observation } from "../../src/contracts/strategy.ts";
import { completeEnding, failed, type Ending } from "../../src/testing/strategy-scenarios.ts";
import { compareStandings, standingOf } from "./standing.ts";

const standing = (ending: Ending) =>
  standingOf({ number: 0, params: {}, ...ending } satisfies Observation);
const pruned = (...reports: readonly (readonly [step: number, value: number])[]): Ending => ({
  ...{ outcome: "pruned", values: [] },
  reports: reports.map(([step, value]) => ({ step, value })),
});
const violating = (...constraints: number[]): Ending => ({ ...completeEnding(0), constraints });

test("trials stand by how they ended, then by how well, and equals are equal", (t) => {
  const bestFirst: readonly Ending[] = [
    completeEnding(-Infinity),
    completeEnding(-2),
    { ...completeEnding(1), constraints: [0, -3] },
    completeEnding(1.5),
    completeEnding(Infinity),
    pruned([9, 7]),
    pruned([1, 3], [4, 0.5]),
    pruned([4, 0.75]),
    pruned([4, Infinity]),
    pruned([3, 0]),
    pruned(),
    violating(0.5, -9),
    violating(0.25, 0.5),
    violating(-1, NaN),
    failed("diverged"),
  ];
  const all = bestFirst.map((ending) => standing(ending)!);
  all.forEach((a, i) =>
    all.forEach((b, j) => {
      t.is(Math.sign(compareStandings(a, b)), Math.sign(i - j), `${i} against ${j}`);
    }),
  );
  t.is(compareStandings(standing(pruned([4, NaN]))!, standing(pruned([4, Infinity]))!), 0);
  t.is(compareStandings(standing(failed("outOfMemory"))!, standing(failed("diverged"))!), 0);
});

test("a failure that says nothing of the parameters has no standing", (t) => {
  for (const reason of ["lost", "error", "timeout", "unknown"] as const)
    t.is(standing(failed(reason)), undefined, reason);
});
