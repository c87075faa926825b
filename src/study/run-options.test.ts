import test from "ava";
import { runOptions, type OptimizeOptions } from "./run-options.ts";

const checked = (given: OptimizeOptions) => runOptions(given, {});
const refused = (given: object) => () => checked(given);

test("a run may have no trials, but not fewer", (t) => {
  for (const key of ["trials", "total"]) {
    t.notThrows(refused({ [key]: 0 }), key);
    const message = new RegExp(`optimize: ${key}`);
    t.throws(refused({ [key]: -1 }), { message });
    t.throws(refused({ [key]: 0.5 }), { message });
  }
});

test("a run has one worker at least, and more than no time", (t) => {
  t.notThrows(refused({ workers: 1, timeoutMs: 1 }));
  t.notThrows(refused({ timeoutMs: Infinity }));
  t.throws(refused({ workers: 0 }), { message: /optimize: workers/ });
  for (const timeoutMs of [0, -1, NaN]) {
    t.throws(refused({ timeoutMs }), { message: /optimize: timeoutMs/ });
  }
});

test("what is no stop rule is refused, alone and in a list", (t) => {
  const rule = () => undefined;
  t.notThrows(refused({ until: rule }));
  t.notThrows(refused({ until: [rule, rule] }));
  t.throws(refused({ until: 5 }), { message: /optimize: until/ });
  t.throws(refused({ until: [rule, "soon"] }), { message: /optimize: until/ });
});
