import test from "ava";
import { categorical, float, searchSpace } from "../../space/index.ts";
import { checkDeclared } from "./declared.ts";

test("a learning rate that is no range of numbers is told before anything is measured", (t) => {
  const declared = { options: {}, roles: { learningRate: "lr" }, isGiven: true };
  const check = (lr: ReturnType<typeof categorical> | ReturnType<typeof float>) =>
    checkDeclared({ space: searchSpace({ lr }), metricCount: 1 }, declared);
  t.throws(() => check(categorical([1e-3, 1e-2])), { message: /"lr"/ });
  t.throws(() => check(float(0, 1)), { message: /"lr" is searched from 0 to 1/ });
  t.notThrows(() => check(float(1e-4, 1, { log: true })));
});
