import test from "ava";
import type { CompleteTrial, Direction, FinishedTrial, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/index.ts";
import type { Study } from "../study.ts";
import { bestSettings, type ConfirmedStudy } from "./candidates.ts";
import { confirmationOf } from "./confirmation.ts";
import { runsOf } from "./confirming-study.ts";

const base = { distributions: {}, reports: [], userAttrs: {}, systemAttrs: {} };
const complete = (number: number, value: number, params: Params = {}): CompleteTrial => ({
  ...{ ...base, number, state: "complete", params, values: [value] },
});
/** A run of a setting: a value, or what went wrong. */
const run = (setting: number, value: number | "failed" | "running" | "cancelled"): Trial => {
  const own = { ...base, number: 0, params: {}, userAttrs: { confirms: setting } };
  if (value === "running") return { ...own, state: "running" };
  if (typeof value === "number") return { ...own, state: "complete", values: [value] };
  const reason = value === "failed" ? "error" : "cancelled";
  return { ...own, state: "failed", failure: { reason, message: "" } };
};
const runsStudy = (trials: readonly Trial[], direction: Direction = "minimize") =>
  ({ name: "s-confirm", directions: [direction], trials: () => trials }) as unknown as Study;

/** What comes of settings 0, 1, …, whose runs are given. */
const confirmed = (
  settings: readonly (readonly (number | "failed" | "running" | "cancelled")[])[],
  direction?: Direction,
) =>
  confirmationOf(
    "s",
    runsStudy(
      settings.flatMap((values, setting) => values.map((value) => run(setting, value))),
      direction,
    ),
    settings.map((_, number) => complete(number, 10 + number, { x: number })),
  );
const rounded = (value: number | undefined) =>
  value === undefined ? undefined : Math.round(1000 * value) / 1000;

test("settings are told best mean first, with intervals of the pooled spread within them", (t) => {
  const { settings, ...rest } = confirmed([
    [4, 6],
    [1, 3],
    [2, 4],
  ]);
  t.deepEqual(rest, { study: "s", runs: "s-confirm", formerBest: 0, ignoresSeeds: false });
  // s² = 6/3, and t of 3 degrees of freedom is 3.182.
  const halfWidth = 3.182;
  t.deepEqual(
    settings.map((one) => ({ ...one, halfWidth: rounded(one.halfWidth) })),
    [
      {
        ...{ trial: 1, was: 11, params: { x: 1 }, values: [1, 3], failed: 0, mean: 2 },
        ...{ halfWidth, isTied: true },
      },
      {
        ...{ trial: 2, was: 12, params: { x: 2 }, values: [2, 4], failed: 0, mean: 3 },
        ...{ halfWidth, isTied: true },
      },
      {
        ...{ trial: 0, was: 10, params: { x: 0 }, values: [4, 6], failed: 0, mean: 5 },
        ...{ halfWidth, isTied: true },
      },
    ],
  );
  const of = (direction: Direction, ...values: readonly (readonly number[])[]) =>
    confirmed(values, direction).settings.map(({ trial, isTied, halfWidth }) => [
      ...[trial, isTied, rounded(halfWidth)],
    ]);
  t.deepEqual(of("maximize", [4, 6], [1, 3]), [
    [0, true, 4.303],
    [1, true, 4.303],
  ]);
  t.deepEqual(
    of("minimize", [1, 1.1, 0.9], [1.3, 1.4, 1.2, 1.3]),
    [
      [0, true, 0.133],
      [1, false, 0.115],
    ],
    "further apart than chance",
  );
  t.deepEqual(of("minimize", [1, 3], [2]), [
    [0, true, 12.706],
    [1, true, 17.969],
  ]);
});

test("what ended without a value counts behind, what still runs not at all", (t) => {
  const { settings } = confirmed([[1, "failed", 1.2], [5, 5.1, NaN], [9, 9.5], ["failed", "failed"], [8, "running", "cancelled"]]); // prettier-ignore
  t.deepEqual(
    settings.map(({ trial, values, failed, isTied, halfWidth }) => [
      ...[trial, values, failed, isTied, halfWidth !== undefined],
    ]),
    [
      [4, [8], 0, true, true],
      [2, [9, 9.5], 0, false, true],
      [0, [1, 1.2], 1, false, true],
      [1, [5, 5.1], 1, false, true],
      [3, [], 2, false, false],
    ],
  );
  t.true(Number.isNaN(settings[4].mean));
  const none = confirmed([["failed"], ["failed"]]);
  t.deepEqual(none.settings.map(({ trial, isTied }) => [trial, isTied]), [[0, true], [1, false]]); // prettier-ignore
});

test("seeds change nothing where each setting gives one value, and some ran twice", (t) => {
  const seen = (...settings: readonly (readonly number[])[]) => {
    const { ignoresSeeds, settings: told } = confirmed(settings);
    return [ignoresSeeds, told.map(({ isTied }) => isTied), told.map((one) => "halfWidth" in one)];
  };
  t.deepEqual(seen([1, 1], [2, 2], [1, 1]), [true, [true, true, false], [false, false, false]]);
  t.deepEqual(seen([1, 1], [2]), [true, [true, false], [false, false]]);
  t.deepEqual(seen([1], [2]), [false, [true, false], [false, false]], "one run each tells nothing");
  t.deepEqual(seen([1, 1], [2, 2.1])[0], false);
});

test("a setting's runs are those that name it, but for cancelled ones", (t) => {
  const trials = [run(1, 5), run(2, 6), run(1, "cancelled"), run(1, "running"), run(1, "failed")];
  t.deepEqual(
    runsOf({ trials: () => trials }, 1).map(({ state }) => state),
    ["complete", "running", "failed"],
  );
});

test("the best settings are complete, finite, feasible and different, the earlier of equals first", (t) => {
  const study = (finished: readonly FinishedTrial[], directions: Direction[] = ["minimize"]) =>
    ({ name: "s", directions, finished }) as unknown as ConfirmedStudy;
  const finished: FinishedTrial[] = [
    complete(5, 3, { x: 5 }),
    complete(4, 1, { x: 4 }),
    complete(3, 1, { x: 3 }),
    complete(2, 0.5, { x: 4 }),
    complete(1, Infinity, { x: 1 }),
    complete(0, -Infinity, { x: 0 }),
    { ...complete(6, 0, { x: 6 }), excluded: true },
    { ...complete(7, 0, { x: 7 }), constraints: [1] },
    { ...complete(8, 2, { x: 8 }), constraints: [0] },
    { ...base, number: 9, state: "pruned", params: { x: 9 }, values: [0] },
  ];
  const best = (top: number, direction: Direction = "minimize") =>
    bestSettings(study(finished, [direction]), top).map(({ number }) => number);
  t.deepEqual(best(9), [2, 3, 8, 5]);
  t.deepEqual(best(2), [2, 3]);
  t.deepEqual(best(9, "maximize"), [5, 8, 3, 4]);
  t.throws(() => bestSettings(study([]), 3), {
    message: 'confirm: study "s" has no complete trial. Run it first.',
  });
  t.throws(() => bestSettings(study(finished, ["minimize", "minimize"]), 3), {
    message: /^confirm: study "s" has 2 metrics, so no trial is the best\./,
  });
});
