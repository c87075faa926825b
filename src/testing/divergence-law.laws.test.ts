import test from "ava";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { strategies, type StrategyName } from "../../strategies/index.ts";
import { DIVERGENCES, LAST, lawPruners, lawRun, type DivergenceKind } from "./divergence-law.ts";

const SEEDS = 20;
/** A grid goes to every point. */
const exempt: readonly string[] = ["grid"];
/**
 * These learn nothing: each of their trials lies there with probability 1/5, so that the mean over
 * the seeds spreads around 4 as a binomial one. They are held to that, and to no bar.
 */
const blind: readonly string[] = ["random", "quasi-random"];
const BLIND_MEAN = LAST / 5;
const BLIND_SD = Math.sqrt((LAST * (1 / 5) * (4 / 5)) / SEEDS);
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
        if (strategies[name]().promotes && lawPruners[pruner]()?.races) {
          await t.throwsAsync(runs(pruner), { message: /both stop all but the best/ });
          continue;
        }
        const found = pruner === "none" ? without : await runs(pruner);
        const diverging = found.map(({ lastDiverging }) => lastDiverging);
        const lost = found.map(({ logRegret }, i) => logRegret - without[i].logRegret);
        const count = mean(diverging);
        t.log(`${pruner}: ${count} diverge, log10 regret ${mean(lost).toFixed(2)} more`);
        const isRight = blind.includes(name)
          ? Math.abs(count - BLIND_MEAN) <= 2 * BLIND_SD
          : count <= 4;
        t.true(isRight, `${pruner}: ${count} of the last 20`);
        t.true(mean(lost) <= 3 * standardError(lost), `${pruner}: ${mean(lost)} more`);
      }
    });
  }
}
