import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { analyseRangeTest, type RangePoint } from "./range-test.ts";

/** A fall from 2.3 to .5 around `middle`, a floor, and an explosion at `end`. */
function sweep(middle: number, end: number, noise: number, seed = 1): RangePoint[] {
  const rng = createRng(seed);
  return Array.from({ length: 120 }, (_, i) => {
    const learningRate = Math.exp(Math.log(1e-6) + (i / 119) * Math.log(1e7));
    const fall = 1.8 / (1 + Math.exp(-3 * Math.log(learningRate / middle)));
    const rise = learningRate > end ? Math.exp(4 * Math.log(learningRate / end)) - 1 : 0;
    return { learningRate, loss: 2.3 - fall + rise + noise * rng.normal() };
  });
}

const factor = (a: number | undefined, b: number): number => Math.abs(Math.log((a ?? 0) / b));

test("the steepest point, the floor and the divergence of a smooth sweep", (t) => {
  const result = analyseRangeTest(sweep(1e-3, 0.1, 0));
  t.true(factor(result.steepest, 1e-3) < 0.15, `steepest ${result.steepest}`);
  // The floor is flat from about .01 to the explosion at .1.
  t.true(factor(result.floorTenth, 0.003) < Math.log(3.3), `floor/10 ${result.floorTenth}`);
  t.true(factor(result.firstDivergence, 0.15) < 0.5, `divergence ${result.firstDivergence}`);
  t.true((result.valley ?? 0) > 1e-6 && (result.valley ?? 1) < 0.1);
});

test("noise of a tenth of the fall moves the steepest point by less than a factor 2.5", (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const result = analyseRangeTest(sweep(1e-3, 0.1, 0.15, seed));
    t.true(factor(result.steepest, 1e-3) < Math.log(2.5), `seed ${seed}: ${result.steepest}`);
    t.true((result.firstDivergence ?? 0) > 0.1, `seed ${seed}: ${result.firstDivergence}`);
  }
});

test("a loss that is not finite is the first divergence and spoils nothing before it", (t) => {
  const points = sweep(1e-3, 10, 0);
  const broken = points.map((p, i) => (i >= 90 ? { ...p, loss: NaN } : p));
  const result = analyseRangeTest(broken);
  t.is(result.firstDivergence, points[90].learningRate);
  t.true(factor(result.steepest, 1e-3) < 0.15);
});

test("a loss that never falls suggests nothing", (t) => {
  const rising = sweep(1e-3, 10, 0).map((p, i) => ({ ...p, loss: 1 + i / 100 }));
  const result = analyseRangeTest(rising);
  t.deepEqual(
    [result.steepest, result.valley, result.floorTenth],
    [undefined, undefined, undefined],
  );
});

test("the steepest point may be next to the floor, and none lies behind it", (t) => {
  const at = (losses: readonly number[]) =>
    analyseRangeTest(
      losses.map((loss, i) => ({ learningRate: 10 ** (i - 6), loss })),
      { width: 0.1 },
    );
  // A cliff that ends the fall.
  const { steepest, floorTenth } = at([3, 3, 3, 3, 3, 1, 1.5, 2]);
  t.true(steepest !== undefined && steepest > 10 ** -2.5 && steepest < 10 ** -0.5, `${steepest}`);
  t.is(floorTenth, 10 ** -2);
  const second = at([3, 1, 1.5, 2, 2.2, 2.4]);
  t.true(second.steepest !== undefined && second.steepest < 10 ** -4.5, `${second.steepest}`);
});

test("a loss that falls from the first point on has not diverged", (t) => {
  for (const count of [5, 40]) {
    const points = sweep(1e-3, 1, 0).slice(0, count).map((p, i) => ({ ...p, loss: 50 - i })); // prettier-ignore
    t.is(analyseRangeTest(points).firstDivergence, undefined);
    const last = { learningRate: 1, loss: 2000 };
    t.is(analyseRangeTest([...points, last]).firstDivergence, 1);
  }
});

test("a test that diverged at once has a divergence and no suggestion", (t) => {
  const points = sweep(1e-3, 10, 0).map((p, i) => ({ ...p, loss: i < 2 ? 1 : Infinity }));
  const result = analyseRangeTest(points);
  t.is(result.firstDivergence, points[2].learningRate);
  t.is(result.steepest, undefined);
});

test("a width that is not above 0 is refused", (t) => {
  for (const width of [0, -1, NaN]) {
    t.throws(() => analyseRangeTest(sweep(1e-3, 0.1, 0), { width }), {
      message: /^width.* must be/,
    });
  }
});

test("unsorted points are refused", (t) => {
  const points = sweep(1e-3, 1, 0).reverse();
  t.throws(() => analyseRangeTest(points), { message: /increasing learning rates.*Sort/ });
});
