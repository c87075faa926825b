import type { Ramp } from "../chart/chart.ts";
import { numberText } from "../chart/number-text.ts";
import { ends, place, type Scale } from "../chart/scale.ts";
import { ticksOf } from "../chart/ticks.ts";
import { badnessOf } from "./plotted-trial.ts";
import type { Metric } from "./metric.ts";

/** How good values are, from 0 (the worst that the ramp tells apart) to 1 (the best). */
export interface Grades {
  /** NaN for NaN. */
  readonly of: (value: number) => number;
  readonly ramp: Ramp;
}

/** Where on the ramp values are written. */
const TOLD = [0, 0.25, 0.5, 0.75, 1];

/**
 * By rank: however the values lie, the trials spread over all colours. Equal values have equal grades.
 */
export function gradesByRank(values: readonly number[], { name, direction }: Metric): Grades {
  const badness = Float64Array.from(
    values.filter((value) => !Number.isNaN(value)),
    (value) => badnessOf(value, direction),
  ).sort();
  const last = Math.max(1, badness.length - 1);
  const grades = new Map<number, number>();
  badness.forEach((value, rank) => {
    if (!grades.has(value)) grades.set(value, 1 - rank / last);
  });
  const ticks = TOLD.flatMap((grade) => {
    const value = badness[Math.round((1 - grade) * (badness.length - 1))];
    return value === undefined ? [] : [{ grade, label: numberText(badnessOf(value, direction)) }];
  });
  return {
    of: (value) => grades.get(badnessOf(value, direction)) ?? NaN,
    ramp: { name: `${name}, by rank`, ...upward(direction), ticks },
  };
}

const upward = (direction: Metric["direction"]) => direction === "maximize" && { upward: true };

/** By a scale whose one end is the best. */
export function gradesOn(
  scale: Scale,
  { name, direction }: Pick<Metric, "name" | "direction">,
): Grades {
  const [low, high] = ends(scale);
  const share = (placed: number): number => {
    const at = Math.min(1, Math.max(0, (placed - low) / (high - low)));
    return direction === "minimize" ? 1 - at : at;
  };
  const ticks = ticksOf(scale, { length: 200, sizeOf: () => 14, gap: 16, overhang: 7, most: 6 });
  return {
    of: (value) => share(place(scale, value)),
    ramp: {
      name,
      ...upward(direction),
      ticks: ticks.map(({ at, label }) => ({ grade: share(at), label })),
    },
  };
}
