import test from "ava";
import { warpValues, type WarpKind } from "./output-warp.ts";
import { cutAtPlateau, isBarren, isPlateau } from "./plateau.ts";

const Y = Float64Array.of(5, 1, 2, 1e6, 3, 1.5);

for (const kind of ["identity", "log"] as const satisfies readonly WarpKind[]) {
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
    ]) {
      t.true(warpValues(y, kind).targets.every(Number.isFinite), y.join(" "));
    }
  });
}

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
  t.true(isBarren([0.69, 0.69, 0.69]));
  t.true(isBarren([0.691, 0.69, 7, 0.693]), "what fails badly is the only difference");
  t.true(isBarren([0.1, 0.69, 0.69, 0.69, 0.9, 1.2]));
  t.false(isBarren([0.1, 0.69, 1.2]));
  t.false(isBarren([0.1, 0.3, 0.69, 0.69, 0.9, 1.2]));
});

test("what lies above the plateau is cut to little more than it", (t) => {
  const cut = cutAtPlateau(Float64Array.of(0, 1, 1, 1, 50));
  t.deepEqual([...cut], [0, 1, 1, 1, 1.1]);
});
