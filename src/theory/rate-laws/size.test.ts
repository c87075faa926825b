import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { medianOf } from "../../numerics/quantile.ts";
import { createRng } from "../../numerics/rng.ts";
import { recommendRateFrom } from "./known-rate.ts";
import { recommendRate } from "./scale.ts";
import type { RateTrial } from "./best-rates.ts";

const BATCH = 32;
/** At width 64. */
const BEST = 2e-3;

/** Sweeps at these widths, whose best learning rate goes as width^exponent, and whose loss falls. */
function sweeps(widths: readonly number[], exponent: number, seed: number): RateTrial[] {
  const rng = createRng(seed, "sizes");
  return widths.flatMap((width) =>
    Array.from({ length: 10 }, (_, k) => {
      const learningRate = 1e-4 * Math.exp((k + 0.5 * rng.uniform()) * Math.log(2.2));
      const t = Math.log(learningRate / BEST) - exponent * Math.log(width / 64);
      const value = 2 - 0.3 * Math.log(width / 64) + 0.1 * t * t * (t > 0 ? 1.2 : 0.8);
      return { learningRate, batchSize: BATCH, width, value: value + 0.01 * rng.normal() };
    }),
  );
}

const wide = (trials: readonly RateTrial[], parametrization: "standard" | "mup" = "standard") =>
  recommendRate(trials, { toBatch: BATCH, family: "adam", to: { width: 1024 }, parametrization });

test("trials of several widths correct what is believed of the width", (t) => {
  const errors: number[] = [];
  let held = 0;
  const exponents = [-1, -0.5, 0, 0.3];
  for (const exponent of exponents) {
    for (let seed = 0; seed < 4; seed++) {
      const { learningRate, interval } = wide(sweeps([32, 64, 128, 256, 512], exponent, seed));
      const truth = BEST * 16 ** exponent;
      errors.push(Math.abs(Math.log(learningRate / truth)));
      if (interval[0] <= truth && truth <= interval[1]) held++;
    }
  }
  t.log(`median |ln error| ${medianOf(errors).toFixed(2)}, interval holds ${held} of 16`);
  t.true(medianOf(errors) < 0.3);
  t.true(held >= 14);
});

test("one width: belief alone moves the answer, muP leaves it where it is, and both say so", (t) => {
  const trials = sweeps([64], -0.75, 1);
  const same = recommendRate(trials, { toBatch: BATCH, family: "adam" });
  const standard = wide(trials);
  const mup = wide(trials, "mup");
  const moved = Math.log(standard.learningRate / same.learningRate);
  t.true(Math.abs(moved + 0.75 * Math.log(16)) < 1e-9);
  t.true(Math.abs(Math.log(mup.learningRate / same.learningRate)) < 1e-9);
  const width = ({ interval: [low, high] }: typeof same) => Math.log(high / low);
  t.true(width(same) < width(mup) && width(mup) < width(standard));
  t.regex(standard.notes[0], /^From width 64 to 1024 by belief alone: η ∝ width\^\(-0.75 ± 0.35\)/);
});

test("from several widths to one of them, the others hardly move what its own trials say", (t) => {
  const trials = sweeps([64, 256], -0.75, 2);
  const own = recommendRate(
    trials.filter(({ width }) => width === 256),
    { toBatch: BATCH, family: "adam" },
  );
  const all = recommendRate(trials, { toBatch: BATCH, family: "adam", to: { width: 256 } });
  t.true(Math.abs(Math.log(all.learningRate / own.learningRate)) < 0.25);
});

test("one known rate is carried over width, depth and samples, each once", (t) => {
  const from = { width: 256, depth: 4, samples: 1e6 };
  const at = (to: object) =>
    Math.log(
      recommendRateFrom({
        learningRate: 1e-3,
        fromBatch: 32,
        toBatch: 32,
        family: "adam",
        from,
        to,
      }).learningRate / 1e-3,
    );
  const parts = [{ width: 512 }, { depth: 16 }, { samples: 1e8 }].map(at);
  t.true(parts.every((shift) => shift < 0));
  const together = at({ width: 512, depth: 16, samples: 1e8 });
  t.true(Math.abs(together - parts.reduce((sum, shift) => sum + shift, 0)) < 1e-12);
  t.true(Math.abs(at({})) < 1e-12);
});

test("samples are counted from steps and batch size where trials do not say them", (t) => {
  const trials = sweeps([64], 0, 3).map((trial) => ({ ...trial, steps: 1000 }));
  const [same, longer] = [32_000, 320_000].map((samples) =>
    recommendRate(trials, { toBatch: BATCH, to: { samples } }),
  );
  t.is(same.budget, "fixedSamples");
  t.true(longer.learningRate < same.learningRate);
});

test("a width with fewer than four trials is left out, and the answer says so", (t) => {
  const all = sweeps([64, 128], -0.5, 4);
  const lone = sweeps([4096], -0.5, 5).slice(0, 2);
  const answer = wide([...all, ...lone]);
  t.is(answer.learningRate, wide(all).learningRate);
  t.true(answer.notes.some((note) => note.startsWith("Left out: 2 trials, as fewer than 4")));
});

const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    "a width that is not known of the trials",
    () =>
      recommendRate([{ learningRate: 1e-3, batchSize: 8, value: 1 }], {
        toBatch: 8,
        to: { width: 64 },
      }),
    /^to\.width asks for another width, but that of the trials is not known\. .*from\.width/,
  ],
  [
    "a width of 0",
    () => wide(sweeps([64], 0, 0).map((trial) => ({ ...trial, width: 0 }))),
    /^width of a trial=0 must be a finite number > 0/,
  ],
  [
    "a width that is not finite",
    () => recommendRate(sweeps([64], 0, 0), { toBatch: 8, to: { width: NaN } }),
    /^to\.width=NaN/,
  ],
  [
    "a budget of steps for a number of samples",
    () =>
      recommendRate(sweeps([64], 0, 0), {
        toBatch: 8,
        budget: "fixedSteps",
        from: { samples: 10 },
        to: { samples: 100 },
      }),
    /^budget="fixedSteps" must be "fixedSamples" where to\.samples is given/,
  ],
];
for (const [name, run, message] of wrong) {
  test(`${name} is refused`, (t) => {
    t.throws(run, { instanceOf: HpoError, message });
  });
}
