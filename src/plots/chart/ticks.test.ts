import test from "ava";
import fc from "fast-check";
import { numberText, durationText, scalarText } from "./number-text.ts";
import {
  ends,
  parameterScale,
  place,
  scaleFor,
  shareOf,
  valueAtShare,
  type Scale,
} from "./scale.ts";
import { ticksOf } from "./ticks.ts";
import { floatDistribution, intDistribution } from "../../space/distribution.ts";

const wide = { length: 400, sizeOf: (label: string) => 7 * label.length, gap: 10, overhang: 20 };
const labels = (scale: Scale, room = wide): string[] =>
  ticksOf(scale, room).map(({ label }) => label);
const log = (low: number, high: number, integer = false): Scale => ({
  kind: "log",
  low,
  high,
  integer,
});
const linear = (low: number, high: number, integer = false): Scale => ({
  kind: "linear",
  low,
  high,
  integer,
});

test("ticks are what people write", (t) => {
  t.deepEqual(labels(log(1e-4, 10)), ["10⁻⁴", "10⁻³", "0.01", "0.1", "1", "10"]);
  t.deepEqual(labels(log(8, 1024, true)), ["8", "16", "32", "64", "128", "256", "512", "1024"]);
  t.deepEqual(labels(linear(0, 0.99)), ["0", "0.2", "0.4", "0.6", "0.8"]);
  t.deepEqual(labels(linear(0, 300, true)), ["0", "50", "100", "150", "200", "250", "300"]);
  t.deepEqual(labels(linear(0, 3, true)), ["0", "1", "2", "3"], "no half of an integer");
  t.deepEqual(labels(linear(9999, 10_003, true)), ["9999", "10000", "10001", "10002", "10003"]);
  t.deepEqual(labels(log(0.011, 0.08)), ["0.02", "0.04", "0.06", "0.08"]);
  t.deepEqual(labels({ kind: "category", choices: ["sgd", "adam"] }), ["sgd", "adam"]);
  t.deepEqual(labels({ kind: "time", low: 0, high: 100_000 }), ["0", "30 s", "1 min", "1.5 min"]);
});

test("numbers are what people write, and integers stay what they are", (t) => {
  t.is(numberText(0.0115631), "0.0116");
  t.is(numberText(1024), "1024");
  t.is(numberText(10_003), "10003");
  t.is(numberText(3e-5), "3·10⁻⁵");
  t.is(numberText(-0.25), "−0.25");
  t.is(numberText(5e20), "5·10²⁰");
  t.is(numberText(4.40892098500626e16), "4.41·10¹⁶", "no integer that anybody counted");
  t.is(numberText(123_456_789), "123456789");
  t.is(numberText(NaN), "NaN");
  t.is(scalarText(false), "false");
  t.is(durationText(90_000), "1.5 min");
  t.is(durationText(350), "350 ms");
});

test("an axis is logarithmic where positive values span two decades, and holds them all", (t) => {
  t.is(scaleFor([0.01, 5]).kind, "log");
  t.is(scaleFor([0.1, 5]).kind, "linear");
  t.is(scaleFor([0, 5000]).kind, "linear");
  t.is(scaleFor([-1, 5000]).kind, "linear");
  t.deepEqual(scaleFor([NaN, Infinity]), { kind: "linear", low: 0, high: 1 });
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 6 }), (values) => {
      const scale = scaleFor(values);
      const [low, high] = ends(scale);
      t.true(low < high && Number.isFinite(high - low), `${values.join(" ")}: ${low} to ${high}`);
      const ticks = ticksOf(scale, wide);
      t.true(ticks.length <= 8 && ticks.every(({ at }) => at >= low && at <= high));
      t.is(new Set(ticks.map(({ label }) => label)).size, ticks.length, "each label once");
    }),
    { numRuns: 200 },
  );
});

test("a parameter's axis is its range, and what was tried beyond", (t) => {
  const rate = floatDistribution(1e-4, 1, { log: true });
  t.like(parameterScale(rate, [0.01]).scale, { kind: "log", low: 1e-4, high: 1 });
  t.like(parameterScale(rate, [0.01, 5]).scale, { kind: "log", high: 5 });
  t.like(parameterScale(intDistribution(1, 9), [3]).scale, { kind: "linear", integer: true });
  const mixed = parameterScale(undefined, ["a", 1, undefined, true]);
  t.like(mixed.scale, { kind: "category", choices: ["a", "1", "true"] });
  t.deepEqual(["a", 1, true, "1", undefined].map(mixed.position), [0, 1, 2, NaN, NaN]);
});

test("places and shares are each other's inverse; what has no logarithm has no place", (t) => {
  for (const scale of [log(1e-3, 10), linear(-2, 5)]) {
    t.true(Math.abs(shareOf(scale, valueAtShare(scale, 0.3)) - 0.3) < 1e-12);
  }
  t.is(place(log(1, 10), 0), NaN);
});
