import test from "ava";
import fc from "fast-check";
import { ndtr } from "../../src/numerics/normal.ts";
import { int } from "../../src/space/parameter.ts";
import type { NumericDistribution } from "../../src/space/distribution.ts";
import { cellAround } from "../common/cells.ts";
import { deviationOf, gaussian } from "./gaussian.ts";
import { expectedInCell, keepMargin } from "./margin.ts";
import { cmaParameters } from "./parameters.ts";

const N = 3;
const LAMBDA = 7;
const ALPHA = 1 / (N * LAMBDA);
const discrete = int(0, 9).distribution as NumericDistribution;

const at = (mean: number, sigma: number) =>
  gaussian(
    cmaParameters(N, LAMBDA, false),
    new Float64Array(N).fill(mean),
    sigma,
    new Float64Array(N).fill(1),
  );

test("the cell of the mean is left to each side that there is with a probability of 1/(nλ) at least", (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: -8, max: -1, noNaN: true }),
      (mean, power) => {
        const search = at(mean, 10 ** power);
        const [low, high] = cellAround(discrete, mean);
        keepMargin(search, 1, discrete);
        const s = deviationOf(search, 1);
        const below = ndtr((low - search.mean[1]) / s);
        const above = ndtr((search.mean[1] - high) / s);
        // Of an inner cell each side has half of it; an end has one side.
        const least = low > 0 && high < 1 ? ALPHA / 2 : ALPHA;
        if (low > 0 && below < least * (1 - 1e-6)) return false;
        if (high < 1 && above < least * (1 - 1e-6)) return false;
        return search.mean[0] === mean && search.mean[2] === mean;
      },
    ),
    { seed: 5, numRuns: 300 },
  );
  t.pass();
});

test("a mean that leaves its cell often enough stays where it is", (t) => {
  const search = at(0.47, 0.3);
  keepMargin(search, 1, discrete);
  t.deepEqual([search.mean[1], search.scale[1]], [0.47, 1]);
  const single = at(0.3, 1e-6);
  keepMargin(single, 1, int(4, 4).distribution as NumericDistribution);
  t.deepEqual([single.mean[1], single.scale[1]], [0.3, 1], "the only value is never left");
});

test("what a discrete value tells of its draw is the mean of the normal within its cell", (t) => {
  const search = at(0.5, 0.1);
  const [low, high] = cellAround(discrete, 0.65);
  let [mass, sum] = [0, 0];
  for (let k = 0; k < 10_000; k++) {
    const x = low + ((k + 0.5) / 10_000) * (high - low);
    const density = Math.exp(-0.5 * ((x - 0.5) / 0.1) ** 2);
    mass += density;
    sum += density * x;
  }
  t.true(Math.abs(expectedInCell(search, 1, discrete, 0.65) - sum / mass) < 1e-6);
  const far = at(0.05, 1e-4);
  t.is(
    expectedInCell(far, 1, discrete, 0.95),
    cellAround(discrete, 0.95)[0],
    "as near as its cell is",
  );
});
