import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { checkLog, checkReport } from "./check-report.ts";

test("what is logged is numbers by their names; anything else is refused by its value", (t) => {
  t.notThrows(() => checkLog({ gradNorm: NaN, depth: 0 }, 0));
  for (const values of [3, "gradNorm", true, null, undefined, [1, 2]]) {
    t.throws(() => checkLog(values, 0), {
      instanceOf: HpoError,
      message: /^log: values=.* must be an object of numbers, such as \{ gradNorm: 0\.3 \}/,
    });
  }
  t.throws(() => checkLog({ a: 1, b: "2" }, 7), { message: /at step 7, "b"="2" must be a number/ });
});

test("a report is a number at an integer step from 0 on", (t) => {
  t.notThrows(() => [checkReport(NaN, 0), checkReport(-Infinity, 2 ** 53 - 1)]);
  for (const value of ["1", null, undefined, 1n]) {
    t.throws(() => checkReport(value, 3), { message: /^report: at step 3, value=.* a number/ });
  }
  for (const step of [-1, 0.5, NaN, "1", 2 ** 53]) {
    t.throws(() => checkReport(1, step), { message: /^report: step=.* must be an integer ≥ 0/ });
    t.throws(() => checkLog({}, step), { message: /^log: step=.* must be an integer ≥ 0/ });
  }
});
