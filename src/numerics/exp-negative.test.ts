import test from "ava";
import { expNegative } from "./exp-negative.ts";

test("exp for non-positive numbers is Math.exp's", (t) => {
  let worst = 0;
  for (let i = 0; i <= 30_000; i++) {
    const x = -i / 1000;
    worst = Math.max(worst, Math.abs(expNegative(x) / Math.exp(x) - 1));
  }
  t.true(worst < 2e-15, `relative error ${worst}`);
  t.true(Math.abs(expNegative(-690) / Math.exp(-690) - 1) < 1e-13);
  t.is(expNegative(0), 1);
  t.is(expNegative(-800), 0);
  t.is(expNegative(-Infinity), 0);
  t.true(Number.isNaN(expNegative(NaN)));
});
