import { HpoError } from "../../errors/errors.ts";
import {
  float,
  int,
  oneOf,
  type Declaration,
  type Declarations,
  type Distribution,
} from "../../space/index.ts";
import type { Always, OneOf } from "../../space/parameter.ts";
import { specsOf, type OptimizerName } from "./create.ts";
import { coordinateName, type CoordinateName, type Role } from "./support/hyperparameters.ts";
import type { optimizers, optimizerWrappers } from "./registry.ts";

type Spec = (typeof optimizers)[number] | (typeof optimizerWrappers)[number];
type HyperparametersOf<Id> = Extract<Spec, { readonly id: Id }>["hyperparameters"];
type SearchedOf<H> = {
  readonly [Key in keyof H as CoordinateName<Key, H[Key]>]: Declaration<number, Always>;
};

/** The parameters of `optimizerSpace(name)`, by name. */
export type OptimizerSpace<Name extends string> = Name extends `${infer Wrapper}(${infer Inner})`
  ? OptimizerSpace<Inner> & SearchedOf<HyperparametersOf<Wrapper>>
  : SearchedOf<HyperparametersOf<Name>>;
/** The parameters of `optimizerSpace(names)`: the choice, and those of each branch. */
export type OptimizerChoice<Names extends OptimizerName> = OneOf<
  "optimizer",
  { readonly [Name in Names]: OptimizerSpace<Name> }
>;

/**
 * What to search of an optimizer, to be spread into a search space. One name gives its
 * hyperparameters, each in its decoupled coordinate; several give the choice `optimizer` with
 * those of each branch. A parameter that several branches share is one parameter; where their
 * ranges differ, it gets the smallest range that covers them.
 *
 * @example
 * ```ts
 * import { int, searchSpace, type ParamsOf } from "hpo";
 * import { createOptimizer, optimizerParams, optimizerSpace } from "hpo/tfjs";
 *
 * const choice = optimizerSpace(["momentum", "adamw", "lion"]);
 * const space = searchSpace({ ...choice, batchSize: int(16, 256) });
 * const optimizerOf = (params: ParamsOf<typeof space>) =>
 *   createOptimizer(params.optimizer, optimizerParams(params.optimizer, params));
 * ```
 */
export function optimizerSpace<const Name extends OptimizerName>(name: Name): OptimizerSpace<Name>;
export function optimizerSpace<const Names extends OptimizerName>(
  names: readonly Names[],
): OptimizerChoice<Names>;
export function optimizerSpace(names: OptimizerName | readonly OptimizerName[]): Declarations {
  if (typeof names === "string") return declarationsOf(names);
  if (names.length === 0) {
    throw new HpoError("optimizerSpace([]): there is nothing to choose from. Name an optimizer.");
  }
  const branches = names.map((name) => [name, declarationsOf(name)] as const);
  const shared: Record<string, Declaration> = {};
  for (const [, declarations] of branches) {
    for (const [name, declaration] of Object.entries(declarations)) {
      shared[name] = Object.hasOwn(shared, name)
        ? hull(name, shared[name], declaration)
        : declaration;
    }
  }
  const merged = branches.map(([branch, declarations]) => [
    branch,
    Object.fromEntries(Object.keys(declarations).map((name) => [name, shared[name]])),
  ]);
  return oneOf("optimizer", Object.fromEntries(merged) as Record<string, Declarations>);
}

/** The parameter of a space by what it does: `{ learningRate: "learningRate", … }`. */
export function optimizerRoles(name: OptimizerName): Readonly<Partial<Record<Role, string>>> {
  const roles: Partial<Record<Role, string>> = {};
  for (const [key, { role, search }] of searchedOf(name))
    roles[role] ??= coordinateName(key, search);
  return roles;
}

function searchedOf(name: OptimizerName) {
  const { wrappers, base } = specsOf(name);
  return [base, ...wrappers].flatMap(({ hyperparameters }) =>
    Object.entries(hyperparameters).flatMap(([key, { role, search }]) =>
      search ? [[key, { role, search }] as const] : [],
    ),
  );
}

const declarationsOf = (name: OptimizerName): Declarations =>
  Object.fromEntries(
    searchedOf(name).map(([key, { search }]) => [coordinateName(key, search), search.declaration]),
  );

/** The smallest declaration that covers both. */
function hull(name: string, a: Declaration, b: Declaration): Declaration {
  const [x, y]: readonly Distribution[] = [a.distribution, b.distribution];
  if (
    x.kind === "categorical" ||
    y.kind === "categorical" ||
    x.kind !== y.kind ||
    x.log !== y.log
  ) {
    throw new HpoError(
      `optimizerSpace: "${name}" is ${x.kind} in one optimizer and ${y.kind} in another, or on ` +
        "another scale. Search them in separate studies.",
    );
  }
  const [low, high] = [Math.min(x.low, y.low), Math.max(x.high, y.high)];
  return (x.kind === "int" ? int : float)(low, high, { log: x.log });
}
