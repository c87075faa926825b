import test from "ava";
import { logImprovement, logImprovementSlope } from "./log-improvement.ts";

// z, ln h(z), Φ(z)/h(z): mpmath at up to 2000 digits.
const REFERENCES = [
  [-1e6, -500000000028.55, 1000000.000002],
  [-1e4, -50000019.33961931, 10000.000199999993],
  [-200, -20011.515648259738, 200.00999925013122],
  [-31, -488.2900233978372, 31.06431617810096],
  [-29.9, -454.72299811949625, 29.966666911139964],
  [-20, -206.9178385094251, 20.099262811101283],
  [-10, -55.55312203612235, 10.194383033412553],
  [-5, -16.74430116266099, 5.361816241288088],
  [-1.01, -2.504199857480257, 1.9114971728606134],
  [-0.99, -2.4661143916690493, 1.8970576371863508],
  [0, -0.9189385332046728, 1.2533141373155003],
  [1, 0.08002621884930694, 0.7766387252017393],
  [5, 1.6094379231264313, 0.19999994053122006],
  [30, 3.4011973816621555, 0.03333333333333333],
] as const;

test("log improvement is exact where expected improvement itself underflows", (t) => {
  for (const [z, value] of REFERENCES) {
    const error = Math.abs(logImprovement(z) - value);
    t.true(error <= 1e-12 * Math.max(1, Math.abs(value)), `z = ${z}: off by ${error}`);
  }
});

test("its slope steers the search at every z", (t) => {
  for (const [z, , slope] of REFERENCES) {
    const error = Math.abs(logImprovementSlope(z) - slope);
    t.true(error <= 1e-9 * slope, `z = ${z}: off by ${error}`);
  }
});
