import test from "ava";
import { identityOf } from "../src/contracts/identity.ts";
import { strategyOf } from "../src/study/strategy-registry.ts";
import { refusesOptions, jsonRoundTrip } from "../src/testing/option-laws.ts";
import { shortFingerprint } from "../src/testing/strategy-fingerprint.ts";
import { strategyMaker, type StrategyName } from "./index.ts";
import { float, searchSpace } from "../src/space/index.ts";
import { bayesian } from "./bayesian.ts";
import { tpe } from "./tpe.ts";

type Options = Readonly<Record<string, unknown>>;

/** Options that change what a strategy suggests. One that does not stand here has its own contract. */
const samples: Readonly<Partial<Record<StrategyName | "partial-fixed", Options>>> = {
  auto: { parallel: 16 },
  random: {},
  grid: { points: 2 },
  "quasi-random": {},
  bayesian: { startTrials: 4, trustRegion: false, priorStrength: 3 },
  tpe: { startTrials: 4, candidates: 7, goodShare: 0.4, bandwidth: 1.5 },
  annealing: { startTrials: 3, cooling: "adaptive", acceptance: 0.3 },
  genetic: { population: 4, crossover: "sbx" },
  "cma-es": { population: 3, sigma: 0.4 },
  nsga2: { population: 4, crossover: "blx" },
  asha: { strategy: tpe({ startTrials: 4 }), eta: 2 },
  portfolio: { strategy: tpe({ startTrials: 4 }) },
  "partial-fixed": { fixed: { layers: 2 }, strategy: tpe({ startTrials: 4 }) },
};

for (const [name, options] of Object.entries(samples)) {
  const make = strategyMaker(name)!;

  test(`${name}: made again from its name and options, it suggests the same`, (t) => {
    const strategy = make(options);
    const identity = jsonRoundTrip(identityOf(strategy));
    const again = strategyOf(identity)!;
    t.deepEqual(identityOf(again), identity);
    t.is(shortFingerprint(again), shortFingerprint(strategy));
    // Options that change nothing would prove nothing.
    if (!["random", "quasi-random", "grid", "partial-fixed"].includes(name)) {
      t.not(shortFingerprint(strategy), shortFingerprint(make({})));
    }
  });

  test(`${name}: an option that it does not know is refused`, (t) => {
    refusesOptions(t, make, options);
  });
}

test("an option left undefined is one left out", (t) => {
  const undefinedOptions = { startTrials: undefined, trustRegion: undefined };
  t.deepEqual(identityOf(strategyMaker("bayesian")!(undefinedOptions)), {
    name: "bayesian",
    revision: 8,
  });
  t.notThrows(() => strategyMaker("genetic")!({ mode: undefined, population: undefined }));
});

test("a study leaves reports unread where its strategy says that it looks at none", (t) => {
  const context = { space: searchSpace({ x: float(0, 1) }), metricCount: 1 };
  const uses = (name: StrategyName, options: Options = {}) =>
    strategyMaker(name)!(options).usesReports?.(context);
  const blind = [
    "random",
    "grid",
    "quasi-random",
    "tpe",
    "annealing",
    "genetic",
    "cma-es",
    "nsga2",
  ] as const;
  for (const name of blind) t.is(uses(name), false, name);
  t.is(uses("bayesian"), "besideStopped");
  for (const strategy of [tpe(), bayesian()]) {
    const inner = strategy.usesReports?.(context);
    t.is(uses("portfolio", { strategy }), inner);
    t.is(uses("partial-fixed" as StrategyName, { strategy, fixed: { x: 0.5 } }), inner);
  }
});
