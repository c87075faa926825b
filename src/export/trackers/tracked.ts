import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Curves, Direction, Trial } from "../../contracts/trial.ts";

/** What of a study is given to a tracker: finished, or running. */
export interface TrackedStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | undefined;
  trials(): readonly Trial[];
}

/** Keeps a study somewhere else; what is there already is not written again. */
export interface Tracker {
  /** @returns how many trials it wrote something of */
  update(study: TrackedStudy): Promise<number>;
}

/** The names of a study's metrics: `value` where they have none. */
export const metricNamesOf = ({ metricNames, directions }: TrackedStudy): readonly string[] =>
  metricNames ?? directions.map((_, at) => (directions.length === 1 ? "value" : `value${at}`));

export interface CurvePoint {
  readonly name: string;
  readonly step: number;
  readonly value: number;
}

/**
 * What a trial reported, then what it logged, which is known at its end: what a running trial adds comes
 * last. @param metric what its reports are of
 */
export function curvePointsOf(trial: Trial, metric: string): readonly CurvePoint[] {
  const curves = (trial.systemAttrs[ATTRIBUTE.curves] ?? {}) as Curves;
  const reports = trial.reports.map(({ step, value }) => ({ name: metric, step, value }));
  const logged = Object.entries(curves).flatMap(([name, points]) =>
    points.map(([step, value]) => ({ name, step, value })),
  );
  return [...reports, ...logged];
}

/** In seconds since 1970; those of a trial that another library left without them are its start of time. */
export const secondsAt = (date: Date | undefined): number => (date?.getTime() ?? 0) / 1000;
