import test from "ava";
import { createRng } from "../numerics/rng.ts";
import {
  beta,
  categorical,
  decode,
  density,
  float,
  logNormal,
  normal,
  searchSpace,
  spacePrior,
  weights,
} from "./index.ts";
import { exampleSpace as space } from "./fixtures/example-space.ts";
import { messageOf } from "./fixtures/message-of.ts";

test("a prior moves four fifths of the draws and leaves one fifth free", (t) => {
  const prior = spacePrior(space)!;
  const rng = createRng(4);
  let near = 0;
  const count = 4000;
  for (let i = 0; i < count; i++) {
    const unit = prior.warp(new Float64Array(space.parameters.length).map(() => rng.uniform()));
    const lr = decode(space, unit)["lr"] as number;
    if (lr > 1.5e-4 && lr < 6e-4) near++;
  }
  // 68.3 % of the log-normal and ln 4 / ln 1e5 of the uniform part.
  const expected = 0.8 * 0.6827 + (0.2 * Math.log(4)) / Math.log(1e5);
  t.true(Math.abs(near / count - expected) < 0.03, `${near / count} against ${expected}`);
});

test("every kind of prior has its densest point where it says", (t) => {
  const cases = [
    [float(0, 10, { prior: normal(7, 0.5) }), 0.7],
    [float(0, 10, { prior: beta(2, 5) }), 0.2],
    [float(1e-4, 1, { log: true, prior: logNormal(1e-2, 2) }), 0.5],
    [
      float(0, 10, {
        prior: density([
          [0, 0],
          [4, 1],
          [10, 0],
        ]),
      }),
      0.4,
    ],
    [categorical(["a", "b", "c", "d"], { prior: { c: 3, a: 1 } }), 0.6],
  ] as const;
  for (const [declaration, peak] of cases) {
    const prior = spacePrior(searchSpace({ x: declaration }))!;
    const at = (unit: number): number => prior.logDensity(Float64Array.of(unit));
    for (const unit of [0.05, 0.3, 0.95]) t.true(at(peak) > at(unit), `${peak} over ${unit}`);
    t.is(prior.logDensity(Float64Array.of(NaN)), 0);
    t.true(at(0) > Math.log(0.19), "a fifth stays uniform");
  }
});

test("priors that can't be meant are refused", (t) => {
  t.regex(
    messageOf(() => logNormal(-1, 2)),
    /median=-1 must be a finite number > 0/,
  );
  t.regex(
    messageOf(() => logNormal(1, 1)),
    /factor=1 must be a finite number > 1/,
  );
  t.regex(
    messageOf(() => density([[1, 1]])),
    /1 point given/,
  );
  t.regex(
    messageOf(() => searchSpace({ x: float(0, 1, { prior: weights({ a: 1 }) }) })),
    /a weights prior does not fit a float/,
  );
  t.regex(
    messageOf(() => searchSpace({ x: categorical(["a"], { prior: { b: 1 } }) })),
    /weighs "b", which is no choice/,
  );
  t.regex(
    messageOf(() =>
      searchSpace({
        x: float(0, 1, {
          prior: density([
            [3, 1],
            [4, 1],
          ]),
        }),
      }),
    ),
    /no weight in the parameter's range/,
  );
});

test("each number of a prior has its range, and is named where it lies beyond", (t) => {
  const wrong: readonly [make: () => unknown, message: RegExp][] = [
    ...[0, -1, NaN, Infinity].flatMap((value): [() => unknown, RegExp][] => [
      [() => logNormal(value, 2), /logNormal: median/],
      [() => normal(0, value), /normal: sd/],
      [() => beta(value, 1), /beta: a/],
      [() => beta(1, value), /beta: b/],
    ]),
    [() => normal(NaN, 1), /normal: mean=NaN/],
    [() => normal(Infinity, 1), /normal: mean=Infinity/],
    [() => logNormal(1, 0.5), /logNormal: factor/],
    [() => density([]), /0 points given, at least 2/],
    [() => density([[0, 1], [NaN, 1]]), /the value of point 1=NaN/],
    [() => density([[0, 1], [1, -1]]), /the weight of point 1=-1/],
    [() => density([[1, 1], [0, 1]]), /value 0 does not lie above the one before/],
    [() => density([[0, 1], [0, 1]]), /value 0 does not lie above/],
    [() => weights({ a: -1 }), /the weight of "a"=-1/],
    [() => weights([[2, NaN]]), /the weight of 2=NaN/],
  ]; // prettier-ignore
  for (const [make, message] of wrong) t.regex(messageOf(make), message);
  t.notThrows(() => [normal(-3, 1e-9), density([[-1, 0], [0, 1]]), weights({ a: 0 })]); // prettier-ignore
  const choice = categorical(["a"], { prior: normal(0, 1) as never });
  t.regex(messageOf(() => searchSpace({ choice })), /a normal prior does not fit a categorical\. Use weights/); // prettier-ignore
});
