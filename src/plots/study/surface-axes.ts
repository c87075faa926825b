import type { Trial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import type { PlottedParameter } from "./parameters.ts";
import type { PlottedStudy } from "./plotted-study.ts";
import { stateOf, type PlottedState } from "./plotted-trial.ts";

/** Two numeric parameters as the axes of a surface. */
export interface SurfaceAxes {
  readonly x: PlottedParameter;
  readonly y: PlottedParameter;
}

/**
 * @param ranked parameters, the strongest first
 * @param anchor the trial whose other settings hold
 * @throws HpoError unless there are two numeric ones that it has; or those that were named are such
 */
export function surfaceAxes(
  study: PlottedStudy,
  ranked: readonly PlottedParameter[],
  anchor: Trial,
  names: readonly string[] | undefined,
): SurfaceAxes {
  const known = new Set(study.space.parameters.map(({ name }) => name));
  const usable = ranked.filter(
    ({ name, scale, at }) =>
      known.has(name) && scale.kind !== "category" && !Number.isNaN(at(anchor)),
  );
  if (names === undefined && usable.length >= 2) return { x: usable[0], y: usable[1] };
  const named = (names ?? []).map((name) => usable.find((one) => one.name === name));
  const [x, y] = named;
  if (names?.length === 2 && x && y) return { x, y };
  const there = usable.map(({ name }) => `"${name}"`).join(", ");
  throw new HpoError(
    names === undefined
      ? `Study ${JSON.stringify(study.name)} has ${usable.length} numeric parameters that trial ${anchor.number} has; a surface lies over two.`
      : `A surface lies over two numeric parameters that trial ${anchor.number} has, got ${names.join(", ")}. There are ${there}.`,
  );
}

/** Where the surface lies in the other parameters. */
export const othersText = (
  { space }: PlottedStudy,
  { x, y }: SurfaceAxes,
  trial: number,
): string => {
  const others = space.parameters.filter(({ name }) => name !== x.name && name !== y.name);
  return others.length === 0 ? "over its whole space" : `with the other settings of trial ${trial}`;
};

/** Trials on two axes. */
export interface MeasuredPoints {
  readonly trials: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export const pointsOf = (trials: PlottedStudy["trials"], { x, y }: SurfaceAxes): MeasuredPoints => {
  const there = trials.filter(
    (trial) => Number.isFinite(x.at(trial)) && Number.isFinite(y.at(trial)),
  );
  return {
    trials: there.map(({ number }) => number),
    x: there.map(x.at),
    y: there.map(y.at),
  };
};

export const pointsIn = (
  { trials, directions }: PlottedStudy,
  states: readonly PlottedState[],
  axes: SurfaceAxes,
): MeasuredPoints =>
  pointsOf(
    trials.filter((trial) => states.includes(stateOf(trial, directions))),
    axes,
  );
