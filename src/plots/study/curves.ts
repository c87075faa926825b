import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Trial } from "../../contracts/trial.ts";

/** What a trial reported or logged over its steps. */
export interface StepCurve {
  readonly steps: readonly number[];
  /** Finite; what is not is left out. */
  readonly values: readonly number[];
  /** The last step, if the value there is not finite. */
  readonly brokenAt?: number;
}

/** The metric that a trial reported. */
export const reportedCurve = ({ reports }: Trial): StepCurve =>
  curveOf(reports.map(({ step, value }) => [step, value]));

/** What a trial logged under a name; undefined if nothing. */
export function loggedCurve(trial: Trial, name: string): StepCurve | undefined {
  const logged = loggedOf(trial);
  const points = Object.hasOwn(logged, name) ? logged[name] : undefined;
  return Array.isArray(points) ? curveOf(points.filter(isPoint)) : undefined;
}

/** The names under which any trial logged something, in the order in which they first came. */
export const loggedNames = (trials: readonly Trial[]): string[] => [
  ...new Set(trials.flatMap((trial) => Object.keys(loggedOf(trial)))),
];

/** Another program may have written it: it need not be what we write. */
function loggedOf({ systemAttrs }: Trial): Readonly<Record<string, unknown>> {
  const logged = systemAttrs[ATTRIBUTE.curves];
  return typeof logged === "object" && logged !== null ? (logged as Record<string, unknown>) : {};
}

const isPoint = (point: unknown): point is [step: number, value: number] =>
  Array.isArray(point) && typeof point[0] === "number" && typeof point[1] === "number";

function curveOf(points: readonly (readonly [step: number, value: number])[]): StepCurve {
  const finite = points.filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value));
  const last = points.at(-1);
  return {
    steps: finite.map(([step]) => step),
    values: finite.map(([, value]) => value),
    ...(last && !Number.isFinite(last[1]) && { brokenAt: last[0] }),
  };
}

/** A curve with at most about `most` points: its ends, its least and largest value, others evenly. */
export function thinCurve({ steps, values, ...rest }: StepCurve, most: number): StepCurve {
  const count = steps.length;
  if (count <= most) return { steps, values, ...rest };
  let least = 0;
  let largest = 0;
  values.forEach((value, i) => {
    if (value < values[least]) least = i;
    if (value > values[largest]) largest = i;
  });
  const kept = new Set([0, count - 1, least, largest]);
  for (let k = 0; k < most; k++) kept.add(Math.floor((k * count) / most));
  const order = [...kept].sort((a, b) => a - b);
  return { steps: order.map((i) => steps[i]), values: order.map((i) => values[i]), ...rest };
}
