import test from "ava";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { strategies, type StrategyName } from "../../strategies/index.ts";
import { DIVERGENCES, lawPruners, lawRun, type DivergenceKind } from "./divergence-law.ts";

const SEEDS = 20;
/** A grid goes to every point; these two learn nothing, so that four of 20 is what they expect. */
const exempt: readonly string[] = ["grid"];
const blind: readonly string[] = ["random", "quasi-random"];
const names = (Object.keys(strategies) as StrategyName[]).filter((name) => !exempt.includes(name));

const standardError = (values: readonly number[]): number =>
  sampleStandardDeviation([...values]) / Math.sqrt(values.length);

for (const name of names) {
  for (const kind of Object.keys(DIVERGENCES) as DivergenceKind[]) {
    test(`${name}, NaN as the ${kind}: at most 4 of the last 20, and no worse for a pruner`, async (t) => {
      const runs = async (pruner: string) => {
        const found = [];
        for (let seed = 0; seed < SEEDS; seed++) {
          found.push(await lawRun(strategies[name](), lawPruners[pruner](), kind, seed));
        }
        return found;
      };
      const without = await runs("none");
      for (const pruner of Object.keys(lawPruners)) {
        const found = pruner === "none" ? without : await runs(pruner);
        const diverging = found.map(({ lastDiverging }) => lastDiverging);
        const margin = blind.includes(name) ? 2 * standardError(diverging) : 0;
        const lost = found.map(({ logRegret }, i) => logRegret - without[i].logRegret);
        const count = mean(diverging);
        t.log(`${pruner}: ${count} diverge, log10 regret ${mean(lost).toFixed(2)} more`);
        t.true(count <= 4 + margin, `${pruner}: ${count} of the last 20`);
        t.true(mean(lost) <= 3 * standardError(lost), `${pruner}: ${mean(lost)} more`);
      }
    });
  }
}
