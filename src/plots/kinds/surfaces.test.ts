import test from "ava";
import { categorical, float } from "../../space/parameter.ts";
import { searchSpace } from "../../space/search-space.ts";
import { contourAreas } from "../chart/contours.ts";
import { completed, failedBy, prunedEarly, reports, studyOf } from "../testing/made-trials.ts";
import { contourChart, contourData } from "./contour.ts";
import { feasibleData } from "./feasible.ts";

const space = searchSpace({
  lr: float(1e-4, 1, { log: true }),
  momentum: float(0, 1),
  act: categorical(["relu", "tanh"]),
  idle: float(0, 1),
});
const at = (i: number) => {
  const [u, v, w] = [0.618, 0.4142, 0.7321].map((step) => (step * (i + 1)) % 1);
  return { u, v, params: { lr: 10 ** (4 * u - 4), momentum: v, act: "relu", idle: w } };
};
const bowl = (u: number, v: number): number => 1 + 4 * (u - 0.7) ** 2 + 2 * (v - 0.3) ** 2;
const whole = Array.from({ length: 40 }, (_, i) => {
  const { u, v, params } = at(i);
  return completed(i, bowl(u, v), { params });
});
/** Of the surface, at shares of its axes. */
const heightAt = (
  { size, heights }: { size: number; heights: readonly number[] },
  x: number,
  y: number,
) => heights[Math.round(y * (size - 1)) * size + Math.round(x * (size - 1))];

test("the surface is the model's over the parameters that matter, best where the values are", (t) => {
  const data = contourData(studyOf(whole, { space }));
  t.deepEqual([data.x.name, data.y.name].sort(), ["lr", "momentum"]);
  const named = contourData(studyOf(whole, { space }), { params: ["lr", "momentum"] });
  const best = heightAt(named.surface, 0.7, 0.3);
  t.true(best > 0.85, `${best}`);
  for (const [x, y] of [
    [0, 0.3],
    [0.7, 1],
    [0, 1],
    [1, 1],
  ] as const)
    t.true(heightAt(named.surface, x, y) < best);
  t.is(named.complete.grades?.length, 40);
  t.is(contourChart(named).panels[0].marks[0].mark, "areas");
  t.regex(named.facts[2], /model of 40 trials, with the other settings of trial \d+/);
});

test("its uncertainty is least among the trials and larger away from them", (t) => {
  const left = whole.filter(({ number }) => at(number).u < 0.4);
  const { surface, isUncertainty } = contourData(studyOf(left, { space }), {
    params: ["lr", "momentum"],
    uncertainty: true,
  });
  t.true(isUncertainty);
  t.true(heightAt(surface, 0.2, 0.5) > heightAt(surface, 1, 0.5) + 0.3);
});

test("what was stopped early and what diverged shape the surface, too", (t) => {
  const grown = (value: number) => ({ reports: reports(2 * value, value) });
  const cut = Array.from({ length: 60 }, (_, i) => {
    const { u, v, params } = at(i);
    const value = bowl(u, v);
    if (u > 0.85) return failedBy(i, "diverged", { params });
    const trial = { params, ...grown(value) };
    return u < 0.4
      ? prunedEarly(i, 2 * value, { params, reports: reports(2 * value) })
      : completed(i, value, trial);
  });
  const { surface, facts } = contourData(studyOf(cut, { space }), { params: ["lr", "momentum"] });
  t.regex(facts[2], /model of 60 trials/);
  t.true(heightAt(surface, 0.65, 0.3) > heightAt(surface, 0.15, 0.3) + 0.2);
  t.true(heightAt(surface, 0.65, 0.3) > heightAt(surface, 0.97, 0.3) + 0.2);
});

test("where trials diverge is likely there and unlikely elsewhere", (t) => {
  const trials = Array.from({ length: 60 }, (_, i) => {
    const { u, v, params } = at(i);
    return u + v / 2 > 1 ? failedBy(i, "diverged", { params }) : completed(i, 1, { params });
  });
  const { surface, x, y, facts } = feasibleData(studyOf(trials, { space }));
  t.deepEqual([x.name, y.name], ["lr", "momentum"]);
  t.true(heightAt(surface, 0.1, 0.2) > 0.9);
  t.true(heightAt(surface, 0.95, 0.9) < 0.1);
  t.regex(facts[1], /had lr ≥ 0\.\d+, where/);
  t.throws(() => feasibleData(studyOf(whole, { space })), { message: /0 diverged/ });
});

test("what no surface can lie over is said with what there is", (t) => {
  const study = studyOf(whole, { space });
  t.throws(() => contourData(study, { params: ["lr"] }), {
    message: /two numeric parameters.*got lr/,
  });
  t.throws(() => contourData(study, { params: ["lr", "act"] }), {
    message: /got lr, act. There are "lr"|There are "momentum"/,
  });
  t.throws(() => contourData(studyOf(whole.slice(0, 5), { space })), {
    message: /5 complete trials; a model of them needs 8/,
  });
});

test("areas reach the border and the higher ones lie within the lower ones", (t) => {
  const size = 12;
  const heights = Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) / (size - 1), Math.floor(i / size) / (size - 1)];
    return Math.max(0, 1 - Math.hypot(x - 0.5, y - 0.5));
  });
  const { grades, rings } = contourAreas({ size, heights });
  t.deepEqual(
    grades,
    [...grades].sort((a, b) => a - b),
  );
  const spans = rings
    .map((area) => area.flat().filter((_, k) => k % 2 === 0))
    .map((xs) => [Math.min(...xs), Math.max(...xs)]);
  t.true(spans[0][0] <= 0 && spans[0][1] >= 1, "the lowest covers the panel");
  t.true(
    spans.every(([low, high], i) => i === 0 || (low >= spans[i - 1][0] && high <= spans[i - 1][1])),
  );
  const [low, high] = spans[spans.length - 1];
  t.true(Math.abs((low + high) / 2 - 0.5) < 0.05, "the highest lies around the peak");
});
