import {
  commonHyperparameters,
  resolve,
  type Hyperparameter,
  type Hyperparameters,
  type OptionsOf,
  type ValuesOf,
} from "./hyperparameters.ts";
import type { Optimizer } from "../optimizer.ts";
import { RuleOptimizer, type RuleValues, type DecayPlace } from "./rule-optimizer.ts";
import type { Rule } from "../rule.ts";

/** What the registry knows of an optimizer that stands by itself. */
export interface OptimizerSpec<
  Name extends string = string,
  H extends Hyperparameters = Hyperparameters,
> {
  readonly kind: "optimizer";
  readonly id: Name;
  readonly hyperparameters: H;
  /** What `weightDecay` does, where it is an update rule. */
  readonly weightDecay?: DecayPlace;
  readonly create: (options: Readonly<Record<string, unknown>>) => Optimizer;
}

/** A factory, `adamw({ learningRate: 1e-3 })`, that carries its spec. */
export type OptimizerFactory<Name extends string, H extends Hyperparameters> = ((
  options?: OptionsOf<H>,
) => Optimizer) &
  OptimizerSpec<Name, H>;

/** What the registry knows of an optimizer that steers another one. */
export interface WrapperSpec<
  Name extends string = string,
  H extends Hyperparameters = Hyperparameters,
> {
  readonly kind: "wrapper";
  readonly id: Name;
  readonly hyperparameters: H;
  readonly wrap: (inner: Optimizer, options: Readonly<Record<string, unknown>>) => Optimizer;
}

/** A factory, `lookahead(adam(), { k: 5 })`, that carries its spec. */
export type WrapperFactory<Name extends string, H extends Hyperparameters> = ((
  inner: Optimizer,
  options?: OptionsOf<H>,
) => Optimizer) &
  WrapperSpec<Name, H>;

interface RuleDefinition<H extends Hyperparameters> {
  readonly hyperparameters: H & { readonly learningRate: Hyperparameter<number> };
  /** What `weightDecay` does; "rule" leaves it to the rule. */
  readonly weightDecay?: DecayPlace;
  readonly rule: (values: ValuesOf<typeof commonHyperparameters & H>) => Rule;
}

/** An optimizer from its update rule; clipping, maximising, decay and state come with it. */
export function defineOptimizer<const Name extends string, H extends Hyperparameters>(
  id: Name,
  { hyperparameters: own, weightDecay, rule }: RuleDefinition<H>,
): OptimizerFactory<Name, Omit<typeof commonHyperparameters, keyof H> & H> {
  const hyperparameters = { ...commonHyperparameters, ...own };
  // The type of a generic spread is beyond the compiler; the hyperparameters are as declared.
  const factory = defineFactory(id, hyperparameters, (values) => {
    const all = values as unknown as RuleValues & ValuesOf<typeof commonHyperparameters & H>;
    return new RuleOptimizer(id, all, rule(all), weightDecay ?? "rule");
  });
  return Object.assign(factory, { weightDecay: weightDecay ?? "rule" });
}

/** An optimizer that is no rule per variable. */
export function defineFactory<const Name extends string, H extends Hyperparameters>(
  id: Name,
  hyperparameters: H,
  build: (values: ValuesOf<H>) => Optimizer,
): OptimizerFactory<Name, H> {
  const create = (options: Readonly<Record<string, unknown>> = {}) =>
    build(resolve(id, hyperparameters, options));
  return Object.assign(create, { kind: "optimizer" as const, id, hyperparameters, create });
}

/** An optimizer over another one. */
export function defineWrapper<const Name extends string, H extends Hyperparameters>(
  id: Name,
  hyperparameters: H,
  build: (inner: Optimizer, values: ValuesOf<H>) => Optimizer,
): WrapperFactory<Name, H> {
  const wrap = (inner: Optimizer, options: Readonly<Record<string, unknown>> = {}) =>
    build(inner, resolve(id, hyperparameters, options));
  return Object.assign(wrap, { kind: "wrapper" as const, id, hyperparameters, wrap });
}
