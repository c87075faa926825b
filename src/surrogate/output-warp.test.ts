import test from "ava";
import { isWide, warpValues, type WarpKind } from "./output-warp.ts";
import { cutAtPlateau, isBarren, isPlateau } from "./plateau.ts";

const Y = Float64Array.of(5, 1, 2, 1e6, 3, 1.5);

const KINDS = ["identity", "log", "decades"] as const satisfies readonly WarpKind[];

for (const kind of KINDS) {
  test(`${kind}: targets are standardised and keep the order`, (t) => {
    const { targets } = warpValues(Y, kind);
    const mean = targets.reduce((sum, v) => sum + v, 0) / targets.length;
    const variance = targets.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / targets.length;
    t.true(Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-12);
    const order = (values: Float64Array) =>
      [...values.keys()].sort((a, b) => values[a] - values[b]);
    t.deepEqual(order(targets), order(Y));
  });

  test(`${kind}: the Jacobian is the slope of the targets`, (t) => {
    // The map's constants come from all values: move the one whose influence on them is smallest.
    const many = Float64Array.from({ length: 4001 }, (_, i) => 1 + i / 400);
    const { targets, logJacobian } = warpValues(many, kind);
    const middle = 1500;
    const slope =
      (targets[middle + 1] - targets[middle - 1]) / (many[middle + 1] - many[middle - 1]);
    t.true(Math.abs(Math.log(slope) - logJacobian[middle]) < 1e-5);
  });

  test(`${kind}: constant and huge values stay finite`, (t) => {
    for (const y of [
      Float64Array.of(2, 2, 2),
      Float64Array.of(-1e300, 1e300, 0),
      Float64Array.of(0, 1e-300),
      Float64Array.of(1e-300, 1e300, 1e308),
      Float64Array.of(-1, -0.5, 0, 1, 1e300),
    ]) {
      t.true(warpValues(y, kind).targets.every(Number.isFinite), y.join(" "));
    }
  });

  test(`${kind}: a target leads back to its value`, (t) => {
    for (const values of [
      [5, 1, 2, 1e6, 3, 1.5],
      [-2, -1, 0, 4, 1e5],
      [1e-6, 1e-3, 2, 1e3, 1e5],
    ]) {
      const warped = warpValues(Float64Array.from(values), kind);
      values.forEach((value, i) => {
        t.is(warped.at(value).target, warped.targets[i]);
        t.true(
          Math.abs(warped.valueOf(warped.targets[i]) - value) < 1e-9 * (1 + Math.abs(value)),
          `${value}`,
        );
      });
    }
  });
}

test("by decades, good values stay apart by their ratio, however far the bad ones exploded", (t) => {
  const gap = (kind: WarpKind, worst: number): number => {
    const { targets } = warpValues(Float64Array.of(1e-20, 1e-14, 1e-8, 1, 1e10, worst), kind);
    return targets[1] - targets[0];
  };
  t.true(gap("decades", 1e20) > 0.5, `${gap("decades", 1e20)}`);
  t.true(gap("decades", 1e300) > 0.25, `${gap("decades", 1e300)}`);
  t.true(gap("log", 1e20) < 1e-6, "what the other logarithm sees of it");
});

test("values are wide from six decades on, counted from the best or, of any sign, from the good ones", (t) => {
  t.true(isWide(Float64Array.of(1e-3, 1, 1e3)));
  t.false(isWide(Float64Array.of(1e-3, 1, 0.9e3)));
  t.true(isWide(Float64Array.of(-1, -0.5, 0, 3, 1e9)));
  t.false(isWide(Float64Array.of(-1, -0.5, 0, 3, 1e4)));
  t.false(isWide(Float64Array.of(0, 0, 0, 0, 1e9)), "there is no scale of good values");
});

test("one huge value does not flatten the others under the logarithm", (t) => {
  const { targets } = warpValues(Y, "log");
  t.true(targets[0] - targets[1] > 0.3);
  t.true(warpValues(Y, "identity").targets[0] - warpValues(Y, "identity").targets[1] < 1e-4);
});

test("a plateau is a quarter of the values at one level", (t) => {
  t.true(isPlateau([0.1, 0.3, 0.69, 0.69, 0.69, 0.7, 1.2, 5]));
  t.false(isPlateau([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
});

test("values are barren while half of them are at one level, or none stands out below", (t) => {
  t.true(isBarren(Float64Array.of(0.69, 0.69, 0.69)));
  t.true(
    isBarren(Float64Array.of(0.691, 0.69, 7, 0.693)),
    "what fails badly is the only difference",
  );
  t.true(isBarren(Float64Array.of(0.1, 0.69, 0.69, 0.69, 0.9, 1.2)));
  t.false(isBarren(Float64Array.of(0.1, 0.69, 1.2)));
  t.false(isBarren(Float64Array.of(0.1, 0.3, 0.69, 0.69, 0.9, 1.2)));
});

test("what exploded makes nothing barren, nor anything good", (t) => {
  t.false(isBarren(Float64Array.of(0.1, 2, 1e30, 1e60)));
  t.true(isBarren(Float64Array.of(0.691, 0.69, 1e10, 0.693)));
});

test("what lies above the plateau is cut to little more than it", (t) => {
  const cut = cutAtPlateau(Float64Array.of(0, 1, 1, 1, 50));
  t.deepEqual([...cut], [0, 1, 1, 1, 1.1]);
});
