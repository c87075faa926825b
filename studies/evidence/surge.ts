import { mean, spread } from "./evidence.ts";
import type { Bar, Evidence, EvidenceOptions, EvidenceStudy, EvidenceTable } from "./evidence.ts";
import { batchSizes, predictedPeak, predictedRate, regimes, sweep } from "./surge-regimes.ts";
import type { Sweep } from "./surge-regimes.ts";

type Regimes = Readonly<Record<keyof typeof regimes, readonly Sweep[]>>;

function barsOf(found: Regimes, predicted: readonly number[], peak: number): Bar[] {
  const average = (key: keyof Regimes, of: "surge" | "exponent"): number =>
    mean(found[key].map((one) => one[of]));
  const rates = batchSizes.map((_, i) => mean(found.oneStep.map((one) => one.rates[i])));
  const gap = Math.max(...rates.map((rate, i) => Math.abs(rate / predicted[i] - 1)));
  const top = batchSizes[rates.indexOf(Math.max(...rates))];
  const shown = (value: number): string => value.toFixed(2);
  return [
    {
      what: "one step: η* follows the formula within 5 %",
      found: `at most ${(100 * gap).toFixed(1)} % off`,
      met: gap <= 0.05,
    },
    {
      what: `one step: η* surges 1.5-fold or more, within a factor 2 of B = ${peak.toFixed(0)}`,
      found: `×${shown(average("oneStep", "surge"))} at B = ${top}`,
      met: average("oneStep", "surge") >= 1.5 && Math.abs(Math.log2(top / peak)) <= 1,
    },
    {
      what: "noise correlated by .5: no surge (below ×1.15)",
      found: `×${shown(average("correlated", "surge"))}`,
      met: average("correlated", "surge") < 1.15,
    },
    {
      what: "20 steps: η* never rises with B",
      found: `exponent ${shown(average("fixedSteps", "exponent"))}`,
      met: found.fixedSteps.every(({ rates: of }) =>
        of.every((r, i) => i === 0 || r < 1.05 * of[i - 1]),
      ),
    },
    {
      what: "fixed samples: η* rises as √B for signs and as B for SGD (exponents within .15)",
      found: `${shown(average("signSamples", "exponent"))} and ${shown(average("descentSamples", "exponent"))}`,
      met:
        Math.abs(average("signSamples", "exponent") - 0.5) <= 0.15 &&
        Math.abs(average("descentSamples", "exponent") - 1) <= 0.15,
    },
  ];
}

const keys = Object.keys(regimes) as (keyof Regimes)[];

function tableOf(found: Regimes, predicted: readonly number[]): EvidenceTable {
  const rows = batchSizes.map((batchSize, i) => [
    String(batchSize),
    predicted[i].toPrecision(3),
    ...keys.map((key) => mean(found[key].map(({ rates }) => rates[i])).toPrecision(3)),
  ]);
  const summary = (title: string, of: "surge" | "exponent"): string[] => [
    title,
    "",
    ...keys.map((key) =>
      spread(
        found[key].map((one) => one[of]),
        2,
      ),
    ),
  ];
  const header = ["batch", "formula", ...keys.map((key) => regimes[key].name)];
  return {
    title: "best learning rate of sign descent (last column: SGD) by batch size",
    rows: [header, ...rows, summary("max/last", "surge"), summary("exponent", "exponent")],
  };
}

async function run({ progress }: EvidenceOptions): Promise<Evidence> {
  const seeds = [0, 1, 2];
  const sweeps = keys.map((key) => {
    progress(regimes[key].name);
    return [key, seeds.map((seed) => sweep(regimes[key], seed))] as const;
  });
  const found = Object.fromEntries(sweeps) as unknown as Regimes;
  const predicted = await Promise.all(batchSizes.map(predictedRate));
  const peak = predictedPeak();
  const ratesOf = (key: keyof Regimes) =>
    batchSizes.map((b, i) => [b, mean(found[key].map(({ rates }) => rates[i]))] as const);
  return {
    title: "the surge is a one-step law of independent noise",
    gives:
      "where the best learning rate of sign descent rises and falls again with the batch size, and " +
      "where it does not.",
    tables: [tableOf(found, predicted)],
    bars: barsOf(found, predicted, peak),
    notes: [
      "Rates minimise the mean final loss on a grid of ×1.35, refined by a parabola; ± is the " +
        "standard deviation of 3 seeds of the noise.",
      "Assumed: Gaussian noise of one size, H with equal entries off its diagonal, one start. " +
        "Exponents are over B = 1 … 128.",
    ],
    picture: {
      title: "Best learning rate by batch size; the formula in the first",
      columns: 3,
      width: 230,
      panels: keys.map((key) => {
        const series = [{ name: "measured", points: ratesOf(key) }];
        const formula = {
          name: "formula",
          points: batchSizes.map((b, i) => [b, predicted[i]] as const),
        };
        const [low, high] = key.endsWith("Samples") ? [1e-4, 0.2] : [0.005, 0.2];
        return {
          title: regimes[key].name,
          x: { low: 1, high: 1024, log: true },
          y: { low, high, log: true },
          series: key === "oneStep" ? [...series, formula] : series,
        };
      }),
    },
    data: { batchSizes, predicted, peak, found },
  };
}

export const surge: EvidenceStudy = { name: "surge", run };
