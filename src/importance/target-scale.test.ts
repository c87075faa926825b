import test from "ava";
import { onTargetScale, targetScale } from "./target-scale.ts";

/** Eleven values, of which the second and the last but one are the 0.1- and the 0.9-quantile. */
const eleven = (low: number, middle: number, high: number, last = high): Float64Array =>
  Float64Array.of(low, low, ...new Array<number>(7).fill(middle), high, last);
const times = (values: Float64Array, by: number): Float64Array => values.map((v) => v * by);

test("values of one sign are compared by their logarithms once they span more than two decades", (t) => {
  for (const unit of [1, -1, 2 ** -20, 2 ** 20]) {
    t.is(targetScale(times(eleven(1, 50, 100), unit)), "linear", `${unit}`);
    t.is(targetScale(times(eleven(1, 50, 100.5), unit)), "log", `${unit}`);
  }
  // A zero has no logarithm, nor have two signs.
  t.is(targetScale(eleven(0, 50, 1000)), "linear");
  t.is(targetScale(eleven(-1, 50, 1000)), "linear");
});

test("a value is far out beyond thirty times what the middle 80 % reach", (t) => {
  for (const unit of [1, -1, 2 ** -20, 2 ** 20]) {
    t.is(targetScale(times(eleven(-1, 0, 1, 60), unit)), "linear", `${unit}`);
    t.is(targetScale(times(eleven(-1, 0, 1, 60.5), unit)), "rank", `${unit}`);
    t.is(targetScale(times(eleven(9, 10, 11, 70), unit)), "linear", `${unit}`);
    t.is(targetScale(times(eleven(9, 10, 11, 70.5), unit)), "log", `${unit}`);
  }
  // Where the middle is one value, there is nothing to compare a distance with.
  t.is(targetScale(eleven(5, 5, 5, 1e9)), "linear");
});

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-12;

test("a scale has mean 0 and variance 1, keeps the order, and overflows on no value", (t) => {
  for (const [scale, values] of [
    ["linear", [-1e300, 0, 1e300]],
    ["linear", [1, 2, 3]],
    ["rank", [-4, 7, 1e9]],
    ["log", [1e-3, 1, 1e3]],
    ["log", [-1e3, -1, -1e-3]],
  ] as const) {
    const on = onTargetScale(Float64Array.from(values), scale);
    const wanted = [-Math.sqrt(1.5), 0, Math.sqrt(1.5)];
    t.true(
      on.every((value, k) => near(value, wanted[k])),
      `${scale} ${values.join(" ")}`,
    );
  }
});

test("equal values stand at 0", (t) => {
  for (const value of [0, 0.1, -1e300]) {
    const values = Float64Array.of(value, value, value);
    t.deepEqual(onTargetScale(values, "linear"), new Float64Array(3));
    t.deepEqual(onTargetScale(values, "rank"), new Float64Array(3));
  }
  t.deepEqual(onTargetScale(Float64Array.of(1, 1), "log"), new Float64Array(2));
});

test("a logarithm stands no farther off than twenty decades, or five times what the middle reaches", (t) => {
  const on = (values: Float64Array) => onTargetScale(values, "log");
  const settled = (last: number) => on(Float64Array.of(0.5, ...new Array<number>(9).fill(1), last));
  t.deepEqual(settled(10 ** 20.5), settled(1e30));
  t.notDeepEqual(settled(10 ** 19.5), settled(1e30));
  const spread = (last: number) => on(eleven(1e-5, 1, 1e5, last));
  t.deepEqual(spread(1e51), spread(1e70));
  t.notDeepEqual(spread(1e49), spread(1e70));
  t.deepEqual(spread(1e-51), spread(1e-70));
});
