/**
 * The surrogate of the objective: a smooth and a rough process by turns. The rough one is sure of
 * less, and so keeps looking elsewhere where the smooth one has settled.
 *
 *   even turns  identity      values as they are, RBF
 *   odd turns   rough         values as they are, Matérn-5/2
 *   both        log           logarithms above the best value, Matérn-5/2, where its evidence is
 *                             better: a few huge values would hide the good ones' shape
 *               decades       logarithms of the values themselves, in its place where they spread over
 *                             many decades and its evidence is better still
 *
 * Where most values lie on a plateau they are cut at it, with logarithms and more noise, and failures
 * are left to the feasibility model: `plateau`, RBF, and `roughPlateau`, Matérn-5/2, by turns.
 */
import { smallest } from "../../src/numerics/vectors.ts";
import { isWide, warpValues, type WarpedValues } from "../../src/surrogate/output-warp.ts";
import { largest } from "../../src/numerics/vectors.ts";
import type { GaussianProcess } from "../../src/surrogate/gaussian-process.ts";
import {
  historyModel,
  type HistoryModel,
  type Targets,
} from "../../src/surrogate/history-model.ts";
import { cutAtPlateau, isPlateau } from "../../src/surrogate/plateau.ts";
import type { Believed } from "./pending.ts";
import type { RefitSchedule } from "../../src/surrogate/refit-schedule.ts";
import type { DimensionKinds } from "../../src/surrogate/dimensions.ts";

/** What a process is fitted to, and how smooth it is. */
const FORMS = {
  identity: { warp: "identity", smoothness: "rbf" },
  log: { warp: "log", smoothness: "matern52" },
  rough: { warp: "identity", smoothness: "matern52" },
  decades: { warp: "decades", smoothness: "matern52" },
  plateau: { warp: "plateau", smoothness: "rbf" },
  roughPlateau: { warp: "plateau", smoothness: "matern52" },
} as const;

export type ModelName = keyof typeof FORMS;
type Warp = (typeof FORMS)[ModelName]["warp"];

export interface ObjectiveModel {
  readonly name: ModelName;
  /** Whether most values lie on a plateau, where an acquisition would chase noise. */
  readonly onPlateau: boolean;
  /** The rows behind the process' points, in their order. */
  readonly rows: readonly number[];
  /** Factorises: a suggestion in the trust region has no use for it. */
  process(): GaussianProcess;
  /** A value that is not among the rows', as the process would have it. */
  target(value: number, sd: number): Believed;
}

export interface ObjectiveModels {
  /** The model of the first n rows for a turn; n at least the schedule's first. */
  at(n: number, turn: number): ObjectiveModel;
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

/**
 * How much more evidence, in nats per row, the logarithms need to replace the rough model, which is there to
 * differ from the smooth one. From some size on the smooth one needs it, too: logarithms help early on, and
 * cost precision at the end.
 */
const CLEAR_LEAD = 0.5;
const CLEAR_LEAD_FROM = 60;
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
  const withFailures = remembered(rowsFrom(options, true));
  const rowsOf: Record<Warp, RowsAt> = {
    identity: withFailures,
    log: withFailures,
    decades: withFailures,
    plateau: rowsFrom(options, false),
  };
  const targetsOf = allTargets(options);
  const models = allModels(options, rowsOf, targetsOf);
  const nameAt = (n: number, turn: number): ModelName => {
    const isRough = turn % 2 === 1;
    if (isPlateau(measured(current(Math.min(n, PLATEAU_UNTIL), n)))) {
      return isRough ? "roughPlateau" : "plateau";
    }
    const plain = isRough ? "rough" : "identity";
    const r = schedule.lastRefit(comparedAt(n), 3);
    const byDecades =
      isWide(measured(current(r, n))) && models.decades.score(r) < models.log.score(r);
    const warped = byDecades ? "decades" : "log";
    const lead = models[plain].score(r) - models[warped].score(r);
    return lead > (isRough || n >= CLEAR_LEAD_FROM ? CLEAR_LEAD * r : 0) ? warped : plain;
  };
  return {
    at(n, turn) {
      const name = nameAt(n, turn);
      const { warp } = FORMS[name];
      const rows = rowsOf[warp](models[name].fitSize(n), n);
      return {
        name,
        onPlateau: warp === "plateau",
        rows,
        process: () => models[name].at(n),
        target(value, sd) {
          const { target, slope } = targetsOf[warp](n, rows).at(value);
          return { target, noise: sd * slope * (sd * slope) };
        },
      };
    },
  };
}

/** Where the logarithms' lead is looked at: always while there are few rows, then whenever they double. */
function comparedAt(n: number): number {
  if (n < CLEAR_LEAD_FROM) return n;
  let size = CLEAR_LEAD_FROM;
  while (2 * size <= n) size *= 2;
  return size;
}

type RowsAt = (r: number, n: number) => readonly number[];

type TargetsAt = (n: number, rows: readonly number[]) => Targets & WarpedValues;

function allTargets({ values, sds }: ObjectiveModelsOptions): Record<Warp, TargetsAt> {
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
    decades: (n, rows) => noisy(n, rows, warpValues(raw(n, rows), "decades")),
    plateau: (n, rows) => noisy(n, rows, warpValues(cutAtPlateau(raw(n, rows)), "log")),
  };
}

function allModels(
  options: ObjectiveModelsOptions,
  rowsOf: Readonly<Record<Warp, RowsAt>>,
  targetsOf: Readonly<Record<Warp, TargetsAt>>,
): Record<ModelName, HistoryModel> {
  const model = (name: ModelName): HistoryModel => {
    const { warp, smoothness } = FORMS[name];
    return historyModel({
      ...options,
      smoothness,
      additive: true,
      rows: rowsOf[warp],
      targets: targetsOf[warp],
      sparse: true,
      ...(warp === "plateau" && { prior: { noise: PLATEAU_NOISE } }),
    });
  };
  return {
    identity: model("identity"),
    log: model("log"),
    decades: model("decades"),
    rough: model("rough"),
    plateau: model("plateau"),
    roughPlateau: model("roughPlateau"),
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

/** Keeps the rows of each fit: a history that is read back asks for them once for each model. */
function remembered(rowsAt: RowsAt): RowsAt {
  const known = new Map<number, readonly number[]>();
  return (r, n) => {
    if (r !== n) return rowsAt(r, n);
    const rows = known.get(r) ?? rowsAt(r, r);
    known.set(r, rows);
    return rows;
  };
}

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

/** Rows to learn from, which ascend: all while they are few. */
function thinned(values: Float64Array, rows: number[]): number[] {
  if (rows.length <= MOST_ROWS) return rows;
  const half = MOST_ROWS / 2;
  const badness = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]];
    badness[i] = Number.isNaN(value) ? Infinity : value;
  }
  // Of those that are as bad as the last of the better half the first ones belong to it.
  const last = badness.slice().sort()[half - 1];
  let equals = half;
  for (const bad of badness) if (bad < last) equals--;
  const stays = new Uint8Array(rows.length);
  const rest: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (badness[i] < last || (badness[i] === last && equals-- > 0)) stays[i] = 1;
    else rest.push(i);
  }
  const stride = rest.length / (MOST_ROWS - half);
  for (let k = 0; k < MOST_ROWS - half; k++) stays[rest[Math.floor(k * stride)]] = 1;
  return rows.filter((_, i) => stays[i] === 1);
}
