import test from "ava";
import { densityAt, float, int, logNormal, searchSpace, toUnit } from "../../space/index.ts";
import type { Observation } from "../../contracts/strategy.ts";
import { progressShare, settingTable, type SettingBelief } from "./setting-belief.ts";
import { watchSettings } from "../study/setting-watch.ts";
import { close } from "../testing/close.ts";

// A user would miss: batch sizes preferred the right way round for the budget, a prior on momentum that
// means the same on either scale, and one's own prior left alone.

const parameterOf = (declared: Parameters<typeof searchSpace>[0]) =>
  searchSpace(declared).parameters[0];
const batch = (budget: "fixedSteps" | "fixedSamples"): SettingBelief => ({
  kind: "batchSize",
  parameter: "batch",
  noiseScale: 64,
  budget,
});
const momentum = (parameter: string, isComplement: boolean): SettingBelief => ({
  kind: "momentum",
  parameter,
  isComplement,
});

test("large batches are likelier at fixed steps, small ones at fixed samples, by the square of progress", (t) => {
  const size = parameterOf({ batch: int(8, 512, { log: true }) });
  for (const budget of ["fixedSteps", "fixedSamples"] as const) {
    const table = settingTable(size, [batch(budget)])!;
    const at = (value: number): number => densityAt(table, toUnit(size.distribution, value));
    t.is(at(512) > at(8), budget === "fixedSteps");
    const share = (value: number): number => progressShare(value, 64, budget);
    // Less the uniform fifth.
    close(t, (at(256) - 0.2) / (at(16) - 0.2), (share(256) / share(16)) ** 2, 0.03);
  }
});

test("momentum is likeliest near .9, declared as it is, as 1 − β, or on a log scale", (t) => {
  const plain = parameterOf({ momentum: float(0, 0.99) });
  const rest = parameterOf({ oneMinusMomentum: float(0.01, 1, { log: true }) });
  const tables = [
    settingTable(plain, [momentum("momentum", false)])!,
    settingTable(rest, [momentum("oneMinusMomentum", true)])!,
  ];
  /** The weight of β between two values. */
  const weight = (low: number, high: number): number[] =>
    [plain, rest].map(({ distribution }, i) => {
      const ends = [low, high].map((beta) => toUnit(distribution, i === 0 ? beta : 1 - beta));
      const [from, to] = ends.sort((a, b) => a - b);
      let sum = 0;
      for (let k = 0; k < 400; k++) {
        sum += densityAt(tables[i], from + ((to - from) * (k + 0.5)) / 400) / 400;
      }
      return (to - from) * (sum - 0.2);
    });
  const [a, b] = weight(0.8, 0.95);
  t.true(a > 0.4 && Math.abs(a / b - 1) < 0.03, `${a} ${b}`);
});

test("a user's own prior stays, and what has no belief is uniform", (t) => {
  const own = parameterOf({ batch: int(8, 512, { log: true, prior: logNormal(300, 1.5) }) });
  const table = settingTable(own, [batch("fixedSamples")])!;
  t.true(densityAt(table, toUnit(own.distribution, 300)) > densityAt(table, 0));
  t.is(settingTable(parameterOf({ width: int(1, 9) }), [batch("fixedSteps")]), undefined);
});

test("a belief that the best trials contradict is dropped for good, others stay", (t) => {
  const space = searchSpace({ batch: int(8, 512, { log: true }), momentum: float(0, 0.99) });
  const beliefs = [batch("fixedSamples"), momentum("momentum", false)];
  const trial = (number: number, size: number): Observation => ({
    number,
    params: { batch: size, momentum: 0.9 },
    outcome: "complete",
    values: [-size],
    reports: [],
  });
  const watch = watchSettings(space, beliefs, 0);
  const sizes = Array.from({ length: 16 }, (_, i) => 8 + 33 * i);
  const said = sizes.flatMap((size, i) => watch.observe(trial(i, size)) ?? []);
  t.is(said.length, 1);
  t.regex(said[0], /prior on batch was dropped after trial 11/);
  t.deepEqual(watch.beliefs, [beliefs[1]]);
  const right = watchSettings(space, beliefs, 0);
  const flipped = sizes.flatMap((size, i) => {
    const { values, ...rest } = trial(i, size);
    return right.observe({ ...rest, values: [-values[0]] }) ?? [];
  });
  t.deepEqual(flipped, []);
});
