import test from "ava";
import { float, logNormal, searchSpace, spacePrior } from "../../src/space/index.ts";
import { encode } from "../../src/space/search-space.ts";
import { priorBelief } from "./prior-belief.ts";

const space = searchSpace({ rate: float(1e-6, 1, { log: true, prior: logNormal(1e-2, 2) }) });
const prior = spacePrior(space)!;
const trials = (rates: readonly number[], values: readonly number[]) =>
  priorBelief(
    prior,
    12,
    rates.map((rate) => encode(space, { rate })),
    Float64Array.from(values),
  );

const near = [0.01, 0.012, 0.008, 0.011, 0.009, 0.0105, 0.013];
const rising = [1, 2, 3, 4, 5, 6, 7];

test("a prior counts its strength over the number of trials while nothing speaks against it", (t) => {
  t.deepEqual(trials(near, rising), { weight: 12 / 7, state: "used", signs: [] });
  t.is(trials([], []).weight, 12);
});

test("before six trials have ended nothing speaks against it, however far they lie", (t) => {
  const far = [1e-6, 2e-6, 3e-6, 0.01, 0.011];
  t.deepEqual(trials(far, rising.slice(0, 5)).signs, []);
  t.is(trials([...far, 0.012], [1, 2, 3, 4, 5, 6]).state, "dropped");
});

test("a best trial beyond 2.5 deviations to either side is a sign, within them it is none", (t) => {
  // The others of the best are dense, so that this sign stands alone.
  const best = (deviations: number) => trials([0.01 * 2 ** deviations, ...near.slice(1)], rising);
  const sign = "the best trial lies far from the prior";
  for (const side of [-1, 1]) {
    t.false(best(1.5 * side).signs.includes(sign), `${side}`);
    t.true(best(4 * side).signs.includes(sign), `${side}`);
  }
});

test("failures where it is dense are a sign from four trials there on, and beyond 30 %", (t) => {
  const sign = "trials fail where the prior is dense";
  const failing = (failed: number) => rising.map((value, i) => (i < failed ? NaN : value));
  t.false(trials(near, failing(2)).signs.includes(sign), "2 of 7");
  const weakened = trials(near, failing(3));
  t.deepEqual(weakened, { weight: (0.25 * 12) / 7, state: "weakened", signs: [sign] });
  const thin = [0.01, 0.011, 0.009, 1e-6, 2e-6, 3e-6, 4e-6];
  t.false(trials(thin, failing(3)).signs.includes(sign), "three trials prove nothing");
});
