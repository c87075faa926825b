import { mustBe } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import { shown } from "../errors/shown.ts";
import { requireParameterName, requireStoredName } from "../errors/stored-name.ts";
import { describeCondition, holds, type Condition } from "./condition.ts";
import { contains, type Distribution, type Scalar } from "./distribution.ts";
import { describeDistribution, sameDistribution } from "./compare-distributions.ts";
import type { Declarations } from "./parameter.ts";
import { independentPrior, priorTable, type Prior } from "./prior.ts";
import { checkPrior, type PriorSpec } from "./prior-spec.ts";
import { put } from "./put.ts";
import { fromUnit, toUnit } from "./unit-cube.ts";

/**
 * The values of a trial's parameters by name; those that don't exist beside the others are left out.
 */
export type Params = Readonly<Record<string, Scalar>>;

/** A parameter of a search space: its name, values, conditions and prior. */
export interface Parameter {
  readonly name: string;
  readonly distribution: Distribution;
  /** All must hold for the parameter to exist; each names an earlier parameter. */
  readonly conditions: readonly Condition[];
  readonly prior?: PriorSpec;
}

/** What is searched. Parameters stand after those that they depend on. */
export interface SearchSpace<Spec = unknown> {
  readonly parameters: readonly Parameter[];
  /** Types only; never set. */
  readonly "~spec"?: Spec;
}

/**
 * A search space from its parameters by name; those that a condition names may stand anywhere.
 * @throws HpoError if a condition names a parameter that is not declared, depends on itself in a
 * circle or can never hold, or a prior does not fit its parameter.
 *
 * @example
 * ```ts
 * import { float, int, searchSpace, type ParamsOf } from "hpo";
 *
 * const space = searchSpace({
 *   lr: float(1e-5, 1, { log: true }),
 *   batchSize: int(16, 1024, { log: true }),
 * });
 * type Parameters = ParamsOf<typeof space>; // { lr: number; batchSize: number }
 * ```
 */
export function searchSpace<const Spec extends Declarations>(spec: Spec): SearchSpace<Spec> {
  if (typeof (spec as unknown) !== "object" || spec === null) {
    throw mustBe("searchSpace", spec, "an object of parameters: { x: float(0, 1) }");
  }
  const parameters = Object.entries(spec).map(([name, declaration]) => {
    requireParameterName("searchSpace: a parameter's name", name);
    requireDeclaration(name, declaration);
    const { distribution, conditions, prior } = declaration;
    return { name, distribution, conditions, ...(prior && { prior }) };
  });
  return spaceOf(parameters);
}

/**
 * A search space from its parameters in any order.
 * @throws HpoError on what `searchSpace` refuses
 *
 * @example
 * ```ts
 * import { floatDistribution, spaceOf } from "hpo";
 *
 * const lr = { name: "lr", distribution: floatDistribution(1e-5, 1), conditions: [] };
 * spaceOf([lr]).parameters.length; // 1
 * ```
 */
export function spaceOf<Spec>(parameters: readonly Parameter[]): SearchSpace<Spec> {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  for (const { name, distribution, conditions, prior } of parameters) {
    requireStoredName("The parameter's name", name);
    if (prior) {
      checkPrior(name, distribution, prior);
      priorTable(name, distribution, prior);
    }
    for (const condition of conditions) checkCondition(name, condition, byName);
  }
  return Object.freeze({ parameters: parentsFirst(parameters) });
}

function requireDeclaration(name: string, given: unknown): void {
  const { distribution, conditions } = (given ?? {}) as Partial<Parameter>;
  if (distribution !== undefined && Array.isArray(conditions)) return;
  throw mustBe(
    `searchSpace: ${name}`,
    given,
    "a parameter: float(0, 1), int(1, 8), categorical([…])",
  );
}

function checkCondition(
  name: string,
  condition: Condition,
  byName: ReadonlyMap<string, Parameter>,
): void {
  const parent = byName.get(condition.parameter);
  if (!parent) {
    throw new HpoError(
      `${shown(name)} exists only when ${describeCondition(condition)}, but there is no parameter ` +
        `${shown(condition.parameter)}. The parameters are ${[...byName.keys()].map(shown).join(", ")}.`,
    );
  }
  if ("in" in condition) {
    const stray = condition.in.find((value) => !contains(parent.distribution, value));
    if (stray !== undefined || condition.in.length === 0) {
      throw new HpoError(
        `${shown(name)} exists only when ${describeCondition(condition)}, but ${shown(parent.name)} is ` +
          `${describeDistribution(parent.distribution)}. Name values that it can take.`,
      );
    }
  } else if (parent.distribution.kind === "categorical") {
    throw new HpoError(
      `${shown(name)} exists only when ${describeCondition(condition)}, but ${shown(parent.name)} is ` +
        "categorical. Give a value or a list of values instead of bounds.",
    );
  }
}

function parentsFirst(parameters: readonly Parameter[]): readonly Parameter[] {
  const ordered: Parameter[] = [];
  const placed = new Set<string>();
  let rest = parameters;
  while (rest.length > 0) {
    const ready = rest.filter((p) => p.conditions.every((c) => placed.has(c.parameter)));
    if (ready.length === 0) {
      throw new HpoError(
        `The conditions of ${rest.map((p) => `"${p.name}"`).join(", ")} depend on each other in a ` +
          "circle. Remove one of them.",
      );
    }
    for (const parameter of ready) placed.add(parameter.name);
    ordered.push(...ready);
    rest = rest.filter((p) => !placed.has(p.name));
  }
  return Object.freeze(ordered);
}

/**
 * Whether the parameter exists beside these values of earlier ones.
 *
 * @example
 * ```ts
 * import { float, int, isActive, searchSpace } from "hpo";
 *
 * const space = searchSpace({
 *   batchSize: int(16, 1024),
 *   warmup: float(0, 1).when("batchSize", { gte: 256 }),
 * });
 * isActive(space.parameters[1], { batchSize: 128 }); // false
 * ```
 */
export const isActive = ({ conditions }: Parameter, params: Params): boolean =>
  conditions.length === 0 || conditions.every((one) => holds(one, valueOf(params, one.parameter)));

const valueOf = (params: Params, name: string): Scalar | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

/**
 * The values of those parameters of the space that exist beside each other. A value of another branch
 * is left out, and with it what would exist only beside that value; so are names that the space does
 * not have.
 *
 * @example
 * ```ts
 * import { existingParams, float, oneOf, searchSpace } from "hpo";
 *
 * const space = searchSpace({ ...oneOf("optimizer", { sgd: { momentum: float(0, 1) }, lion: {} }) });
 * existingParams(space, { optimizer: "lion", momentum: 0.9 }); // { optimizer: 'lion' }
 * ```
 */
export function existingParams(space: SearchSpace, params: Params): Params {
  const existing: Record<string, Scalar> = {};
  for (const parameter of space.parameters) {
    const { name } = parameter;
    if (Object.hasOwn(params, name) && isActive(parameter, existing)) {
      put(existing, name, params[name]);
    }
  }
  return existing;
}

/**
 * The unit-cube form of parameters: one coordinate per parameter of the space, in its order; NaN
 * where the parameter does not exist or has no value.
 *
 * @example
 * ```ts
 * import { encode, float, searchSpace } from "hpo";
 *
 * const space = searchSpace({ lr: float(1e-4, 1, { log: true }) });
 * encode(space, { lr: 0.01 }); // Float64Array [ 0.5 ]
 * ```
 */
export function encode(space: SearchSpace, params: Params): Float64Array {
  const unit = new Float64Array(space.parameters.length);
  for (let i = 0; i < unit.length; i++) {
    const { name, distribution } = space.parameters[i];
    unit[i] = Object.hasOwn(params, name) ? toUnit(distribution, params[name]) : NaN;
  }
  return unit;
}

/**
 * The parameters at a point of the unit cube; coordinates of those that don't exist are ignored.
 * @throws HpoError where the coordinate of a parameter that exists is NaN, or is not there
 *
 * @example
 * ```ts
 * import { decode, float, int, searchSpace } from "hpo";
 *
 * const space = searchSpace({ lr: float(1e-4, 1, { log: true }), layers: int(1, 4) });
 * decode(space, [0.5, 0.99]); // { lr: 0.01, layers: 4 }
 * ```
 */
export function decode(space: SearchSpace, unit: ArrayLike<number>): Params {
  return complete(space, {}, unit);
}

/**
 * As `decode`, but values that are given stay, whatever the point says.
 * @throws HpoError as `decode`
 *
 * @example
 * ```ts
 * import { complete, float, searchSpace } from "hpo";
 *
 * const space = searchSpace({ lr: float(0, 1), momentum: float(0, 1) });
 * complete(space, { lr: 0.3 }, [0.5, 0.5]); // { lr: 0.3, momentum: 0.5 }
 * ```
 */
export function complete(space: SearchSpace, given: Params, unit: ArrayLike<number>): Params {
  const params: Record<string, Scalar> = {};
  for (let i = 0; i < space.parameters.length; i++) {
    const parameter = space.parameters[i];
    if (!isActive(parameter, params)) continue;
    const { name, distribution } = parameter;
    const isGiven = Object.hasOwn(given, name);
    if (!isGiven && Number.isNaN(unit[i] ?? NaN)) throw noCoordinate(name, i, unit);
    put(params, name, isGiven ? given[name] : fromUnit(distribution, unit[i]));
  }
  return params;
}

const noCoordinate = (name: string, index: number, unit: ArrayLike<number>): HpoError =>
  new HpoError(
    `decode: "${name}" exists here, and its coordinate unit[${index}] is ` +
      `${index < unit.length ? "NaN" : "missing"}. Give a number from 0 to 1, one of drawUnit, say.`,
  );

/**
 * The users' priors as one over the unit cube; undefined if no parameter has one.
 *
 * @example
 * ```ts
 * import { float, logNormal, searchSpace, spacePrior } from "hpo";
 *
 * spacePrior(searchSpace({ lr: float(0, 1) })); // undefined
 * spacePrior(searchSpace({ lr: float(1e-5, 1, { log: true, prior: logNormal(1e-3, 3) }) }));
 * ```
 */
export function spacePrior(space: SearchSpace): Prior | undefined {
  if (space.parameters.every((parameter) => parameter.prior === undefined)) return undefined;
  return independentPrior(
    space.parameters.map(
      ({ name, distribution, prior }) => prior && priorTable(name, distribution, prior),
    ),
  );
}

/**
 * Same parameters, conditions and priors, in the same order.
 *
 * @example
 * ```ts
 * import { float, sameSpace, searchSpace } from "hpo";
 *
 * const space = () => searchSpace({ lr: float(0, 1) });
 * sameSpace(space(), space()); // true
 * ```
 */
export const sameSpace = (a: SearchSpace, b: SearchSpace): boolean =>
  a.parameters.length === b.parameters.length &&
  a.parameters.every((parameter, index) => {
    const other = b.parameters[index];
    return (
      parameter.name === other.name &&
      sameDistribution(parameter.distribution, other.distribution) &&
      JSON.stringify([parameter.conditions, parameter.prior]) ===
        JSON.stringify([other.conditions, other.prior])
    );
  });
