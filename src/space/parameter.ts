import { givenOptions } from "../errors/checks.ts";
import { rangeOptions } from "./range-options.ts";
import { HpoError } from "../errors/errors.ts";
import { toCondition, type Bounds, type Condition } from "./condition.ts";
import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Distribution,
  type FloatOptions,
  type IntOptions,
  type Scalar,
} from "./distribution.ts";
import { weights, type PriorSpec } from "./prior-spec.ts";
import { put } from "./put.ts";

/** A parameter as it is declared: what it can be, when it exists, what is believed about it. */
export interface Declaration<Value extends Scalar = Scalar, When = unknown> {
  readonly distribution: Distribution;
  readonly conditions: readonly Condition[];
  readonly prior?: PriorSpec;
  /**
   * Lets the parameter exist only where an earlier one has this value, one of these values, or a
   * number within these bounds. A second `.when` adds to the first.
   */
  when<const Parent extends string, const Values extends Scalar>(
    parameter: Parent,
    value: Values,
  ): Declaration<Value, AddCondition<When, Parent, Values>>;
  when<const Parent extends string, const Values extends Scalar>(
    parameter: Parent,
    values: readonly Values[],
  ): Declaration<Value, AddCondition<When, Parent, Values>>;
  when(parameter: string, bounds: Bounds): Declaration<Value, Sometimes>;
  /** Types only; never set. */
  readonly "~types"?: { readonly value: Value; readonly when: When };
}

/** Exists always. */
export interface Always {
  readonly kind: "always";
}
/** Exists where `parameter` is one of `values`. */
export interface WhenValue<Parent extends string, Values> {
  readonly kind: "value";
  readonly parameter: Parent;
  readonly values: Values;
}
/** Exists under a test that types can't narrow by. */
export interface Sometimes {
  readonly kind: "sometimes";
}
type AddCondition<When, Parent extends string, Values> = [When] extends [Always]
  ? WhenValue<Parent, Values>
  : Sometimes;

interface WithPrior {
  /** What is believed about the best value; every strategy uses it, none is bound by it. */
  readonly prior?: PriorSpec;
}

const RANGE_OPTIONS = ["log", "step", "prior"] as const;

/**
 * A real number in [low, high]. @throws HpoError on a range that is none (floatDistribution).
 *
 * @example
 * ```ts
 * import { float, logNormal, searchSpace } from "hpo";
 *
 * const space = searchSpace({
 *   lr: float(1e-5, 1, { log: true, prior: logNormal(3e-4, 3) }), // probably 1e-4 to 1e-3
 *   dropout: float(0, 0.5, { step: 0.1 }),
 * });
 * ```
 */
export const float = (
  low: number,
  high: number,
  given: FloatOptions & WithPrior = {},
): Declaration<number, Always> => {
  const { prior, ...options } = rangeOptions(`float(${low}, ${high})`, given, RANGE_OPTIONS);
  return declare(floatDistribution(low, high, options), [], prior);
};

/**
 * An integer in low … high. @throws HpoError on a range that is none (intDistribution).
 *
 * @example
 * ```ts
 * import { int, searchSpace } from "hpo";
 *
 * const space = searchSpace({
 *   batchSize: int(16, 1024, { log: true }),
 *   warmup: int(0, 500, { step: 100 }).when("batchSize", { gte: 256 }),
 * });
 * ```
 */
export const int = (
  low: number,
  high: number,
  given: IntOptions & WithPrior = {},
): Declaration<number, Always> => {
  const { prior, ...options } = rangeOptions(`int(${low}, ${high})`, given, RANGE_OPTIONS);
  return declare(intDistribution(low, high, options), [], prior);
};

/**
 * One of some strings, numbers, booleans or null. @throws HpoError if there is none, or one twice.
 *
 * @example
 * ```ts
 * import { categorical, searchSpace } from "hpo";
 *
 * const space = searchSpace({
 *   activation: categorical(["relu", "tanh", "gelu"], { prior: { relu: 2, gelu: 2, tanh: 1 } }),
 *   dropout: categorical([null, 0.1, 0.5]),
 * });
 * ```
 */
export const categorical = <const Choice extends Scalar>(
  choices: readonly Choice[],
  given: { readonly prior?: PriorSpec | Readonly<Record<string, number>> } = {},
): Declaration<Choice, Always> => {
  const { prior } = givenOptions("categorical", given, ["prior"]);
  const spec =
    prior === undefined || typeof prior["kind" as never] === "string"
      ? (prior as PriorSpec | undefined)
      : weights(prior as Readonly<Record<string, number>>);
  return declare(categoricalDistribution(choices), [], spec);
};

/** Parameters by their names, as `searchSpace` takes them. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** What `oneOf` declares: the choice itself and each branch's parameters, tied to their branches. */
export type OneOf<
  Name extends string,
  Branches extends Readonly<Record<string, object>>,
> = Readonly<Record<Name, Declaration<Extract<keyof Branches, string>, Always>>> & {
  readonly [Child in KeysOfUnion<Branches[keyof Branches]>]: Declaration<
    ValueOfChild<Branches, Child>,
    WhenOfChild<Name, Branches, Child>
  >;
};
type KeysOfUnion<T> = T extends unknown ? keyof T & string : never;
type BranchesWith<Branches, Child extends string> = {
  [Branch in keyof Branches]: Child extends keyof Branches[Branch] ? Branch : never;
}[keyof Branches];
type ValueOfChild<Branches, Child extends string> = {
  [Branch in keyof Branches]: Branches[Branch] extends Readonly<
    Record<Child, Declaration<infer Value, infer _When>>
  >
    ? Value
    : never;
}[keyof Branches];
/** A branch's plain parameter depends on the choice; one with a condition of its own keeps that. */
type WhenOfChild<Name extends string, Branches, Child extends string> = {
  [Branch in keyof Branches]: Branches[Branch] extends Readonly<
    Record<Child, Declaration<infer _Value, infer When>>
  >
    ? [When] extends [Always]
      ? WhenValue<Name, BranchesWith<Branches, Child>>
      : When extends WhenValue<string, unknown>
        ? When
        : Sometimes
    : never;
}[keyof Branches];

/**
 * A choice whose branches have parameters of their own: spread it into a search space.
 * A name in several branches is one parameter that exists in each of them.
 * @throws HpoError if such a parameter's declarations differ, or there is no branch.
 *
 * @example
 * ```ts
 * import { float, oneOf, searchSpace, type ParamsOf } from "hpo";
 *
 * const space = searchSpace({
 *   ...oneOf("optimizer", {
 *     momentum: { momentum: float(0, 0.99) },
 *     adamw: { weightDecay: float(1e-5, 1, { log: true }) },
 *   }),
 * });
 * const decayOf = (params: ParamsOf<typeof space>) =>
 *   params.optimizer === "adamw" ? params.weightDecay : 0;
 * ```
 */
export function oneOf<
  const Name extends string,
  const Branches extends Readonly<Record<string, Declarations>>,
>(name: Name, branches: Branches): OneOf<Name, Branches> {
  const declared: Record<string, Declaration> = {
    [name]: categorical(Object.keys(branches)),
  };
  const ownBranches = new Map<string, string[]>();
  for (const [branch, parameters] of Object.entries(branches)) {
    for (const [child, declaration] of Object.entries(parameters)) {
      const earlier = ownBranches.get(child);
      const first = earlier ? branches[earlier[0]][child] : declaration;
      if (JSON.stringify(first) !== JSON.stringify(declaration) || child === name) {
        throw new HpoError(
          `oneOf("${name}"): "${child}" is declared differently in the branches ` +
            `"${earlier?.[0] ?? name}" and "${branch}". Declare it alike or give it two names.`,
        );
      }
      const inBranches = [...(earlier ?? []), branch];
      ownBranches.set(child, inBranches);
      const conditions = [{ parameter: name, in: inBranches }, ...declaration.conditions];
      put(declared, child, declare(declaration.distribution, conditions, declaration.prior));
    }
  }
  return declared as OneOf<Name, Branches>;
}

function declare<Value extends Scalar, When>(
  distribution: Distribution,
  conditions: readonly Condition[],
  prior: PriorSpec | undefined,
): Declaration<Value, When> {
  const declaration = {
    distribution,
    conditions,
    ...(prior && { prior }),
    when: (parameter: string, test: Scalar | readonly Scalar[] | Bounds) =>
      declare(distribution, [...conditions, toCondition(parameter, test)], prior),
  };
  return declaration as unknown as Declaration<Value, When>;
}
