import test from "ava";
import { erfcx, inverseMills, logNdtr, ndtr, ndtri } from "./normal.ts";

// References: mpmath at 50 to 700 digits.
const closeTo = (actual: number, expected: number, relative: number): boolean =>
  Math.abs(actual - expected) <= relative * Math.abs(expected);

const cases = (
  name: string,
  f: (x: number) => number,
  relative: number,
  references: readonly (readonly [number, number])[],
): void => {
  test(`${name} holds ${relative} relative, far tails included`, (t) => {
    for (const [x, expected] of references) {
      t.true(closeTo(f(x), expected, relative), `${name}(${x}) = ${f(x)}, expected ${expected}`);
    }
  });
};

cases("ndtr", ndtr, 1e-13, [
  [-37.5, 4.605353009581955e-308],
  [-20, 2.7536241186062337e-89],
  [-8.5, 9.479534822203318e-18],
  [-5.1, 1.6982674071476014e-7],
  [-3, 0.0013498980316300946],
  [-1, 0.15865525393145705],
  [-0.5, 0.3085375387259869],
  [-0.001, 0.49960105778608893],
  [0, 0.5],
  [0.3, 0.6179114221889527],
  [0.66, 0.7453730853286639],
  [1.5, 0.9331927987311419],
  [4, 0.9999683287581669],
  [8, 0.9999999999999993],
]);

cases("logNdtr", logNdtr, 1e-13, [
  [-1e6, -500000000014.73444],
  [-1e3, -500007.82669481216],
  [-38, -726.5572160188201],
  [-12, -75.4106730015688],
  [-5, -15.064998393988725],
  [-1, -1.8410216450092636],
  [-0.2, -0.8657395226815953],
  [0.3, -0.4814101615884812],
  [2, -0.02301290932896349],
  [5.5, -1.8989562646189464e-8],
  [9, -1.1285884059538405e-19],
  [20, -2.7536241186062337e-89],
]);

cases("erfcx", erfcx, 1e-13, [
  [-20, 1.0442939379528289e174],
  [-5, 144009798674.66104],
  [-1, 5.008980080762283],
  [-0.4, 1.676233956688859],
  [0, 1],
  [0.2, 0.8090195199015807],
  [0.46875, 0.6320696892495561],
  [0.5, 0.6156903441929259],
  [2, 0.25539567631050575],
  [3.99, 0.1373240409142297],
  [4.01, 0.13667636742994915],
  [10, 0.05614099274382259],
  [50, 0.011281536265323773],
  [1e4, 5.641895807268084e-5],
]);

cases("ndtri", ndtri, 1e-13, [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798407],
  [1e-11, -6.706023155495136],
  [1e-5, -4.264890793922825],
  [0.01, -2.326347874040841],
  [0.07, -1.4757910281791706],
  [0.076, -1.4325027208258116],
  [0.3, -0.5244005127080408],
  [0.499, -0.002506630899571766],
  [0.7, 0.5244005127080407],
  [0.93, 1.475791028179171],
  [0.999, 3.090232306167813],
]);

test("ndtri knows the ends and rejects what is no probability", (t) => {
  t.is(ndtri(0), -Infinity);
  t.is(ndtri(1), Infinity);
  t.is(ndtri(0.5), 0);
  t.true(Number.isNaN(ndtri(-0.1)));
  t.true(Number.isNaN(ndtri(1.1)));
  t.true(Number.isNaN(ndtri(NaN)));
});

test("ndtri inverts ndtr", (t) => {
  for (let z = -8; z <= 5; z += 0.37) t.true(Math.abs(ndtri(ndtr(z)) - z) < 1e-9);
});

test("inverseMills is the derivative of logNdtr", (t) => {
  for (const z of [-300, -12, -2, -0.5, 0.7, 3]) {
    const step = 1e-6 * (1 + Math.abs(z));
    const difference = (logNdtr(z + step) - logNdtr(z - step)) / (2 * step);
    t.true(closeTo(inverseMills(z), difference, 1e-5), `z = ${z}`);
  }
});
