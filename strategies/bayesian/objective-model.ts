/**
 * The surrogate of the objective: two processes compete, and a third takes over where most values
 * lie on a plateau.
 *
 *   identity  values as they are, RBF: smooth objectives, to high precision
 *   log       logarithms above the best value, Matérn-5/2: a few huge values, early progress
 *   plateau   cut at the plateau, logarithms, more noise; failures are left to the feasibility model
 */
import {
  largest,
  smallest,
  warpValues,
  type WarpedValues,
} from "../../src/surrogate/output-warp.ts";
import type { GaussianProcess } from "../../src/surrogate/gaussian-process.ts";
import {
  historyModel,
  type HistoryModel,
  type HistoryModelOptions,
  type Targets,
} from "../../src/surrogate/history-model.ts";
import { cutAtPlateau, isPlateau } from "../../src/surrogate/plateau.ts";
import type { Believed } from "./pending.ts";
import type { RefitSchedule } from "../../src/surrogate/refit-schedule.ts";
import type { DimensionKinds } from "../../src/surrogate/dimensions.ts";

export type ModelName = "identity" | "log" | "plateau";

export interface ObjectiveModel {
  readonly name: ModelName;
  readonly gp: GaussianProcess;
  /** The rows behind the process' points, in their order. */
  readonly rows: readonly number[];
  /** A value that is not among the rows', as the process would have it. */
  target(value: number, sd: number): Believed;
}

export interface ObjectiveModels {
  /** The model of the first n rows; n at least the schedule's first. */
  at(n: number): ObjectiveModel;
}

export interface ObjectiveModelsOptions {
  readonly kinds: DimensionKinds;
  readonly schedule: RefitSchedule;
  readonly point: (row: number) => Float64Array;
  /** Values of the first n rows, NaN for failures. */
  readonly values: (n: number) => Float64Array;
  /** Standard deviations of the first n values, where they are estimates. */
  readonly sds: (n: number) => Float64Array | undefined;
  /** Whether a later one of the first n rows says all that this one does. */
  readonly isSuperseded: (row: number, n: number) => boolean;
}

/** Beyond it the identity alone is fitted: the logarithm buys early progress only. */
const LOG_UNTIL = 60;
/** The plateau is looked for among the first trials; later ones crowd around the best. */
const PLATEAU_UNTIL = 40;
const PLATEAU_NOISE = { mean: Math.log(0.03), sd: 1.5 };
/** More rows than this are thinned: the better half of it stays, the rest evenly in time. */
const MOST_ROWS = 150;

export function objectiveModels(options: ObjectiveModelsOptions): ObjectiveModels {
  const { schedule, values, isSuperseded } = options;
  /** Values of the first `count` rows, but superseded ones. */
  const current = (count: number, n: number): Float64Array =>
    values(count).filter((_, row) => !isSuperseded(row, n));
  const rowsOf: Record<ModelName, RowsAt> = {
    identity: rowsFrom(options, true),
    log: rowsFrom(options, true),
    plateau: rowsFrom(options, false),
  };
  const targetsOf = threeTargets(options);
  const models = threeModels(options, rowsOf, targetsOf);
  const nameAt = (n: number): ModelName => {
    if (isPlateau(measured(current(Math.min(n, PLATEAU_UNTIL), n)))) return "plateau";
    if (n >= LOG_UNTIL) return "identity";
    const r = schedule.lastRefit(n, 3);
    return models.log.score(r) < models.identity.score(r) ? "log" : "identity";
  };
  return {
    at(n) {
      const name = nameAt(n);
      const rows = rowsOf[name](schedule.lastRefit(n), n);
      return {
        name,
        gp: models[name].at(n),
        rows,
        target(value, sd) {
          const { target, slope } = targetsOf[name](n, rows).at(value);
          return { target, noise: sd * slope * (sd * slope) };
        },
      };
    },
  };
}

type RowsAt = (r: number, n: number) => readonly number[];

type TargetsAt = (n: number, rows: readonly number[]) => Targets & WarpedValues;

function threeTargets({ values, sds }: ObjectiveModelsOptions): Record<ModelName, TargetsAt> {
  const raw = (n: number, rows: readonly number[]): Float64Array => imputed(values(n), rows);
  const noisy = (
    n: number,
    rows: readonly number[],
    warped: WarpedValues,
  ): Targets & WarpedValues => {
    const all = sds(n);
    if (!all) return warped;
    const extraNoise = Float64Array.from(rows, (row, i) => {
      const sd = all[row] * Math.exp(warped.logJacobian[i]);
      return sd * sd;
    });
    return { ...warped, extraNoise };
  };
  return {
    identity: (n, rows) => noisy(n, rows, warpValues(raw(n, rows), "identity")),
    log: (n, rows) => noisy(n, rows, warpValues(raw(n, rows), "log")),
    plateau: (n, rows) => noisy(n, rows, warpValues(cutAtPlateau(raw(n, rows)), "log")),
  };
}

function threeModels(
  options: ObjectiveModelsOptions,
  rows: Readonly<Record<ModelName, RowsAt>>,
  targets: Readonly<Record<ModelName, TargetsAt>>,
): Record<ModelName, HistoryModel> {
  const model = (
    name: ModelName,
    more: Pick<HistoryModelOptions, "smoothness"> & Partial<HistoryModelOptions>,
  ) =>
    historyModel({ ...options, additive: true, rows: rows[name], targets: targets[name], ...more });
  return {
    identity: model("identity", { smoothness: "rbf" }),
    log: model("log", { smoothness: "matern52" }),
    plateau: model("plateau", { smoothness: "rbf", prior: { noise: PLATEAU_NOISE } }),
  };
}

/** What is left of the first r rows when thinned, then every row since; superseded ones never. */
const rowsFrom =
  ({ values, isSuperseded }: ObjectiveModelsOptions, keepFailures: boolean): RowsAt =>
  (r, n) => {
    const counts = (row: number, at: Float64Array): boolean =>
      (keepFailures || !Number.isNaN(at[row])) && !isSuperseded(row, n);
    const then = values(r); // not of n: a scalar's ranges move
    const base = thinned(
      then,
      rangeOf(0, r).filter((row) => counts(row, then)),
    );
    const latest = values(n);
    return [...base, ...rangeOf(r, n).filter((row) => counts(row, latest))];
  };

const rangeOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

const measured = (values: Float64Array): Float64Array =>
  values.filter((value) => !Number.isNaN(value));

/** Values of the rows, failures as bad as the worst measured one. */
function imputed(values: Float64Array, rows: readonly number[]): Float64Array {
  const worst = Math.max(largest(measured(values)), -Number.MAX_VALUE);
  const substitute = smallest(values) === Infinity ? 0 : worst;
  return Float64Array.from(rows, (row) => (Number.isNaN(values[row]) ? substitute : values[row]));
}

/** Rows to learn from: all while they are few. */
function thinned(values: Float64Array, rows: number[]): number[] {
  if (rows.length <= MOST_ROWS) return rows;
  const badness = (row: number): number => (Number.isNaN(values[row]) ? Infinity : values[row]);
  const ranked = [...rows].sort((a, b) =>
    badness(a) === badness(b) ? a - b : badness(a) - badness(b),
  );
  const half = MOST_ROWS / 2;
  const best = new Set(ranked.slice(0, half));
  const rest = rows.filter((row) => !best.has(row));
  const stride = rest.length / (MOST_ROWS - half);
  for (let k = 0; k < MOST_ROWS - half; k++) best.add(rest[Math.floor(k * stride)]);
  return rows.filter((row) => best.has(row));
}
