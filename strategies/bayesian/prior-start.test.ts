import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { float, logNormal, searchSpace, spacePrior } from "../../src/space/index.ts";
import { bayesian } from "../bayesian.ts";

// A user would miss: the early lead of theory's prior, and the trials that find it wrong.

const lr = float(1e-6, 1, { log: true, prior: logNormal(1e-3, 2) });
const space = searchSpace({ lr, x: float(0, 1) });
const prior = spacePrior(space)!;

function starts(seed: number) {
  const strategy = bayesian();
  let state = strategy.init({ space, metricCount: 1, prior, priorIsWatched: true, seed });
  return Array.from({ length: 6 }, (_, number) => {
    const rng = createRng(seed, "trial", number);
    const suggestion = strategy.suggest(state, { number, pending: [], rng });
    if (suggestion.kind === "exhausted") throw new Error(suggestion.message);
    const { params, why } = suggestion;
    const trial = { number, params, reports: [], outcome: "complete", values: [number] } as const;
    state = strategy.observe(state, trial);
    return { rate: Number(params["lr"]), isElsewhere: why?.["point"] === "where no other is" };
  });
}

test("under theory's prior three points of its own come first, its median before all", (t) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const points = starts(seed);
    t.deepEqual(
      points.map(({ isElsewhere }) => isElsewhere),
      [false, false, false, true, false, true],
    );
    // The median is near 1e-3; a draw from the whole prior leaves a factor 30 about it in one of four.
    const own = points.filter(({ isElsewhere }) => !isElsewhere).map(({ rate }) => rate);
    t.true(Math.abs(Math.log(own[0] / 1e-3)) < 0.2, `${own[0]}`);
    t.true(
      own.every((rate) => Math.abs(Math.log(rate / 1e-3)) < Math.log(30)),
      own.join(),
    );
  }
});
