import { analytic, analyticRotated, analyticShifted } from "../problems/analytic.ts";
import { conditional } from "../problems/conditional.ts";
import { deepobs } from "../problems/deepobs.ts";
import { diverging } from "../problems/diverging.ts";
import { exploding } from "../problems/exploding.ts";
import { firstTrialsSuite, theorySuite } from "../problems/first-trials.ts";
import { lcbench } from "../problems/lcbench.ts";
import { mixed } from "../problems/mixed.ts";
import { digits } from "../problems/digits.ts";
import type { Suite } from "../problems/problem.ts";
import { taskset } from "../problems/taskset.ts";

/** One line each. */
export const SUITES: readonly Suite[] = [
  analytic,
  analyticShifted,
  analyticRotated,
  mixed,
  conditional,
  diverging,
  exploding,
  taskset,
  lcbench,
  deepobs,
  firstTrialsSuite,
  theorySuite,
  digits,
];
