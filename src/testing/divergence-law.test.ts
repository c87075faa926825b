import test from "ava";
import { strategies, type StrategyName } from "../../strategies/index.ts";
import { DIVERGENCES, lawPruners, lawRun, type DivergenceKind } from "./divergence-law.ts";

// The whole law, over 20 seeds, is divergence-law.laws.test.ts: `npm run test:laws`.

/** Which pruners a strategy is tried with here: all where it is cheap. */
const all = Object.keys(lawPruners);
const tried: Partial<Record<StrategyName, readonly string[]>> = {
  genetic: all,
  tpe: ["median", "successive-halving"],
  "cma-es": ["median"],
  bayesian: ["median"],
};

for (const [name, withPruners] of Object.entries(tried)) {
  for (const pruner of withPruners) {
    test(`${name} with ${pruner} keeps out of where trainings diverge`, async (t) => {
      const kinds: readonly DivergenceKind[] =
        name === "bayesian" ? ["third report"] : (Object.keys(DIVERGENCES) as DivergenceKind[]);
      for (const kind of kinds) {
        for (const seed of [0, 1]) {
          const make = strategies[name as StrategyName];
          const { lastDiverging } = await lawRun(make(), lawPruners[pruner](), kind, seed);
          t.true(lastDiverging <= 8, `${lastDiverging} of the last 20, ${kind}, seed ${seed}`);
        }
      }
    });
  }
}
