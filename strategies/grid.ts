import { HpoError } from "../src/errors/errors.ts";
import { createRng } from "../src/numerics/rng.ts";
import {
  cardinality,
  contains,
  valueAt,
  type NumericDistribution,
  type Scalar,
} from "../src/space/distribution.ts";
import { describeDistribution } from "../src/space/compare-distributions.ts";
import type { Prior } from "../src/space/prior.ts";
import {
  encode,
  isActive,
  type Parameter,
  type Params,
  type SearchSpace,
} from "../src/space/search-space.ts";
import { paramsKey } from "../src/space/points.ts";
import { givenOptions, mustBe } from "../src/errors/checks.ts";
import { NUMBERS } from "../src/errors/number-kinds.ts";
import { keyInside } from "./common/inside.ts";
import type { PendingTrial, Strategy } from "../src/contracts/strategy.ts";
import { counted } from "../src/errors/counted.ts";

/** Options of `grid`. */
export interface GridOptions {
  /**
   * How many levels a parameter gets, ≥ 1, or the levels themselves: one number for all floats without
   * step and log-scaled ints, or by name for any parameter. Levels lie evenly on the parameter's
   * scale, both ends included. Left out: 10 for a float without step and a log-scaled int; every
   * value of another int, a stepped float or a categorical.
   */
  readonly points?: number | Readonly<Record<string, number | readonly Scalar[]>>;
}

interface GridState {
  readonly space: SearchSpace;
  readonly points: readonly Params[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly done: Uint8Array;
  doneCount: number;
  /** All points before it are done. */
  next: number;
}

const DEFAULT_LEVELS = 10;
const MOST_POINTS = 100_000;

/**
 * Every point of a grid once, then `exhausted`; in conditional spaces every combination that exists.
 * The order is shuffled by the study's seed; with a prior, the likelier points come first. A point is
 * used up by any finished trial, failed ones too. Takes any number of metrics; values, failures and
 * constraints don't matter to it. `why` tells the point's place and the grid's size.
 * When to take random draws instead: Bergstra & Bengio, JMLR 13 (2012).
 *
 * @throws HpoError for options that are none; at `init` for names or values that the space does not
 * have, and for a grid of more than 100,000 points.
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { grid } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const strategy = grid({ points: { x: [-1, 0, 1] } });
 * const study = await createStudy({ name: "three", space, strategy });
 * await study.optimize(({ params }) => params.x ** 2); // ends by itself
 * study.trials().length; // 3
 * ```
 */
export function grid(options: GridOptions = {}): Strategy<GridState> {
  const given = givenOptions("grid", options, ["points"]);
  checkOptions(given);
  return {
    name: "grid",
    options: { ...given },
    usesReports: () => false,
    init({ space, prior, seed = 0 }) {
      const points = arrange(gridPoints(space, given), space, prior, seed);
      return {
        space,
        points,
        indexOf: new Map(points.map((params, index) => [paramsKey(params), index])),
        done: new Uint8Array(points.length),
        doneCount: 0,
        next: 0,
      };
    },
    observe(state, trial) {
      const index = indexIn(state, trial.params);
      if (index === undefined || state.done[index]) return state;
      state.done[index] = 1;
      state.doneCount++;
      while (state.next < state.points.length && state.done[state.next]) state.next++;
      return state;
    },
    suggest(state, { pending }) {
      const running = runningIn(state, pending);
      let index = state.next;
      while (index < state.points.length && (state.done[index] || running.has(index))) index++;
      const of = state.points.length;
      if (index === of) {
        return {
          kind: "exhausted",
          message: `The whole grid was suggested: ${counted(of, "point")}.`,
        };
      }
      const point = state.doneCount + running.size + 1;
      return { kind: "params", params: state.points[index], why: { point, of } };
    },
  };
}

/**
 * The grid's points, the last parameter turning fastest. @throws HpoError as `grid` does.
 *
 * @example
 * ```ts
 * import { float, searchSpace } from "hpo";
 * import { gridPoints } from "hpo/strategies";
 *
 * const space = searchSpace({ lr: float(1e-3, 1, { log: true }) });
 * gridPoints(space, { points: { lr: [0.001, 0.01, 0.1] } }).length; // 3
 * ```
 */
export function gridPoints(space: SearchSpace, options: GridOptions = {}): Params[] {
  const levels = space.parameters.map((parameter) => levelsOf(parameter, options));
  if (typeof options.points === "object") checkNames(options.points, space);
  const points: Params[] = [];
  const visit = (index: number, params: Params): void => {
    if (index === space.parameters.length) {
      if (points.length === MOST_POINTS) throw tooMany(space, levels);
      points.push(params);
      return;
    }
    const parameter = space.parameters[index];
    if (!isActive(parameter, params)) return visit(index + 1, params);
    for (const value of levels[index]) visit(index + 1, { ...params, [parameter.name]: value });
  };
  visit(0, {});
  return points;
}

function levelsOf({ name, distribution }: Parameter, { points }: GridOptions): readonly Scalar[] {
  const own = typeof points === "object" && Object.hasOwn(points, name) ? points[name] : undefined;
  if (Array.isArray(own)) {
    const stray = (own as readonly Scalar[]).find((value) => !contains(distribution, value));
    if (stray === undefined) return [...new Set(own as readonly Scalar[])];
    throw new HpoError(
      `grid: points.${name} names ${JSON.stringify(stray)}, but "${name}" is ` +
        `${describeDistribution(distribution)}. Name values within.`,
    );
  }
  const size = cardinality(distribution);
  const isFine = size === Infinity || (distribution.kind === "int" && distribution.log);
  const count = (own as number | undefined) ?? (isFine ? levelCount(points) : size);
  if (distribution.kind === "categorical" && count < size) {
    throw new HpoError(
      `grid: points.${name} = ${count}, but "${name}" has ${size} choices without an order. ` +
        "List the choices to try instead.",
    );
  }
  if (count >= size || distribution.kind === "categorical") {
    if (size > MOST_POINTS) throw tooManyOf(name, size);
    return Array.from({ length: size }, (_, i) => valueAt(distribution, i));
  }
  return [...new Set(Array.from({ length: count }, (_, i) => evenly(distribution, i, count)))];
}

const levelCount = (points: GridOptions["points"]): number =>
  typeof points === "number" ? points : DEFAULT_LEVELS;

/** Level i of `count` between both ends, on the distribution's scale and on its steps. */
function evenly(distribution: NumericDistribution, i: number, count: number): number {
  const { low, high, log, step } = distribution;
  const share = count === 1 ? 0.5 : i / (count - 1);
  if (share === 0) return low;
  if (share === 1) return high;
  const value = log
    ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
    : low + share * (high - low);
  if (step === undefined) return Math.min(high, Math.max(low, brief(value, (high - low) / count)));
  return valueAt(distribution, Math.round((value - low) / step)) as number;
}

/** With 12 digits at most, where these tell the levels apart. */
function brief(value: number, gap: number): number {
  const rounded = Number(value.toPrecision(12));
  return Math.abs(rounded - value) < 1e-3 * gap ? rounded : value;
}

/** Shuffled by the seed; with a prior, by falling density. */
function arrange(
  points: readonly Params[],
  space: SearchSpace,
  prior: Prior | undefined,
  seed: number,
): readonly Params[] {
  const order = createRng(seed, "grid").permutation(points.length);
  const shuffled = order.map((index) => points[index]);
  if (!prior) return shuffled;
  const density = new Map(shuffled.map((p) => [p, prior.logDensity(encode(space, p))]));
  return shuffled.sort((a, b) => density.get(b)! - density.get(a)!);
}

function runningIn(state: GridState, pending: readonly PendingTrial[]): Set<number> {
  const indices = pending.map(({ params }) => indexIn(state, params));
  return new Set(indices.filter((i): i is number => i !== undefined && !state.done[i]));
}

const indexIn = ({ space, indexOf }: GridState, params: Params): number | undefined =>
  indexOf.get(keyInside(space, params));

const LEVELS = NUMBERS.integer(1);

function checkOptions(options: GridOptions): void {
  const { points } = options;
  const entries = typeof points === "object" ? Object.entries(points) : [["", points] as const];
  for (const [name, value] of entries) {
    const field = name === "" ? "points" : `points.${name}`;
    if (value === undefined && name === "") continue;
    const isFine = Array.isArray(value) ? value.length > 0 : LEVELS.test(value);
    if (!isFine) {
      const orList = name === "" ? "" : " or a list of values";
      throw mustBe(`grid: ${field}`, value, `${LEVELS.description}${orList}`);
    }
  }
}

function checkNames(points: object, space: SearchSpace): void {
  const stray = Object.keys(points).find((name) => !space.parameters.some((p) => p.name === name));
  if (stray === undefined) return;
  throw new HpoError(
    `grid: points.${stray} is given, but there is no parameter "${stray}". ` +
      `The parameters are ${space.parameters.map((p) => p.name).join(", ")}.`,
  );
}

const tooMany = (space: SearchSpace, levels: readonly (readonly Scalar[])[]): HpoError =>
  new HpoError(
    `grid: there are more than ${MOST_POINTS} points (levels: ` +
      `${space.parameters.map(({ name }, i) => `${name} ${levels[i].length}`).join(", ")}). ` +
      "Give fewer by `points`, or use another strategy.",
  );

const tooManyOf = (name: string, size: number): HpoError =>
  new HpoError(`grid: "${name}" has ${size} values. Give points: { ${name}: 10 }.`);
