import { HpoError } from "../../errors/errors.ts";
import { specsOf } from "../optimizers/create.ts";
import type { OptimizerSpec, WrapperSpec } from "../optimizers/support/define.ts";
import type { Role } from "../optimizers/support/hyperparameters.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { optimizers, optimizerWrappers } from "../optimizers/registry.ts";

type Values = Readonly<Record<string, unknown>>;

/** An optimizer taken apart: what it takes to make another one of its kind. */
export type OptimizerConfig =
  | { readonly kind: "base"; readonly spec: OptimizerSpec; readonly values: Values }
  | {
      readonly kind: "wrapper";
      readonly spec: WrapperSpec;
      readonly values: Values;
      readonly inner: OptimizerConfig;
    };

/** The optimizer of this name, `lookahead(adamw)` too, with its usual settings. */
export function configNamed(name: string): OptimizerConfig {
  const { wrappers, base } = specsOf(name);
  return wrappers.reduceRight<OptimizerConfig>(
    (inner, spec) => ({ kind: "wrapper", spec, values: defaultsOf(spec), inner }),
    { kind: "base", spec: base, values: defaultsOf(base) },
  );
}

const defaultsOf = ({ hyperparameters }: OptimizerSpec | WrapperSpec): Values =>
  Object.fromEntries(
    Object.entries(hyperparameters).map(([key, { default: value }]) => [key, value]),
  );

/**
 * The settings of an optimizer that exists.
 * @throws HpoError if it is none of "hpo/tfjs"
 */
export function configOf(optimizer: Optimizer): OptimizerConfig {
  const config = (optimizer as Partial<Optimizer>).getConfig?.() as Values | undefined;
  const found = config && configFrom(config);
  if (found) return found;
  throw new HpoError(
    `A probe knows the optimizers of "hpo/tfjs", and this one, ${describe(optimizer)}, is none. ` +
      'Give sgd(), adamw(), … or a name such as "adamw".',
  );
}

function configFrom({ name, inner, ...values }: Values): OptimizerConfig | undefined {
  const id = String(name).replace(/\(.*$/, "");
  const wrapper = optimizerWrappers.find((spec) => spec.id === id);
  if (wrapper) {
    const within = inner === undefined ? undefined : configFrom(inner as Values);
    return within && { kind: "wrapper", spec: wrapper, values, inner: within };
  }
  const base = optimizers.find((spec) => spec.id === id);
  return base && { kind: "base", spec: base, values: known(base, values) };
}

/** Those that the optimizer can be made of. */
const known = ({ hyperparameters }: OptimizerSpec, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(hyperparameters, key)));

const describe = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `a ${value.constructor.name}`
    : JSON.stringify(value);

export const nameOf = (config: OptimizerConfig): string =>
  config.kind === "base" ? config.spec.id : `${config.spec.id}(${nameOf(config.inner)})`;

/** The optimizer that steps, whatever wraps it. */
export const baseOf = (config: OptimizerConfig): OptimizerConfig & { kind: "base" } =>
  config.kind === "base" ? config : baseOf(config.inner);

/** A new optimizer, with these values of its base put over its own. */
export function build(config: OptimizerConfig, over: Values = {}): Optimizer {
  const { spec, values } = config;
  if (config.kind === "base") return config.spec.create({ ...values, ...over });
  return (spec as WrapperSpec).wrap(build(config.inner, over), values);
}

/** The values that take an optimizer's hyperparameters of these roles out of play. */
export const without = (
  { spec }: OptimizerConfig & { kind: "base" },
  roles: readonly Role[],
): Values =>
  Object.fromEntries(
    Object.entries(spec.hyperparameters)
      .filter(([, { role }]) => roles.includes(role))
      .map(([key, { role }]) => [key, role === "clipping" ? null : 0]),
  );
