import test from "ava";
import { close } from "../testing/close.ts";
import { fitSized } from "./sized-trials.ts";

/** Sweeps without noise at these widths, the best ln η of which is −6 + ½ ln B − z, z by width. */
function sweeps(widths: readonly number[]) {
  const trials = widths.flatMap((z) =>
    [16, 64].flatMap((batchSize) =>
      Array.from({ length: 9 }, (_, k) => {
        const off = (k - 4) / 2;
        const learningRate = Math.exp(-6 + 0.5 * Math.log(batchSize) - z + off);
        return { learningRate, batchSize, value: 1 + off * off, z };
      }),
    ),
  );
  return { trials, width: trials.map(({ z }) => z), depth: trials.map(() => 0) };
}
const believed = { mean: 0.5, sd: 0.2 };
const exponent = { mean: -0.5, sd: 0.35 };

function fitted(widths: readonly number[]) {
  const { trials, width, depth } = sweeps(widths);
  return fitSized(trials, believed, [
    { name: "width", values: width, exponent },
    { name: "depth", values: depth, exponent: { mean: -0.2, sd: 0.15 } },
  ]);
}

test("sizes that were tried tell their exponent; of one that was not, the belief stays as it was", (t) => {
  const { exponents, rates } = fitted([-2, -1, 0]);
  t.is(rates.length, 6);
  close(t, exponents["depth"].mean, -0.2, 1e-6);
  close(t, exponents["depth"].sd, 0.15, 1e-6);
  // Three sizes of two rates each, ln η known to ≥ 0.2: Σ (z − mean)² = 4.
  t.true(exponents["width"].mean < -0.8 && exponents["width"].mean > -1);
  t.true(exponents["width"].sd > 0.09 && exponents["width"].sd < 0.2, `${exponents["width"].sd}`);
});

test("further from the sizes and the batch sizes tried, less is known", (t) => {
  const sdAt = (widths: readonly number[], batchSize: number): number =>
    fitted(widths).posterior.predict(batchSize)[0].sd;
  const within = sdAt([-1, 0, 1], 32);
  t.true(within > 0.2 && within < 0.35, `${within}`);
  // What lies in between is taken as known; a factor e beyond adds 0.15 and what the slope's error makes.
  t.true(sdAt([-1, 0, 1], 64 * Math.E) > Math.hypot(sdAt([-1, 0, 1], 64), 0.15));
  t.true(sdAt([-3, -2, -1], 32) > Math.hypot(within, 0.15));
  t.true(sdAt([1, 2, 3], 32) > Math.hypot(within, 0.15));
});
