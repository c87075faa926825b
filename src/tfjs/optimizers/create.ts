import { HpoError } from "../../errors/errors.ts";
import type { Params, Scalar } from "../../space/index.ts";
import { coordinateName, throughScale, type Hyperparameters } from "./support/hyperparameters.ts";
import type { OptimizerSpec, WrapperSpec } from "./support/define.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizers, optimizerWrappers } from "./registry.ts";

/** The names of the optimizers that stand by themselves. */
export type BaseOptimizerName = (typeof optimizers)[number]["id"];
type WrapperName = (typeof optimizerWrappers)[number]["id"];
/** `adamw`, `lookahead(adamw)`, `sam(lookahead(sgd))`, … */
export type OptimizerName =
  | BaseOptimizerName
  | `${WrapperName}(${BaseOptimizerName})`
  | `${WrapperName}(${WrapperName}(${BaseOptimizerName}))`;

/** The specs behind a name: the wrappers from the outside in, then the optimizer. */
export interface NamedSpecs {
  readonly wrappers: readonly WrapperSpec[];
  readonly base: OptimizerSpec;
}

/**
 * The parts of `lookahead(adamw)`.
 * @throws HpoError on a name that is not known, or a wrapper around nothing.
 */
export function specsOf(name: string): NamedSpecs {
  const wrapped = /^([\w-]+)\((.*)\)$/.exec(name);
  if (wrapped) {
    const wrapper = optimizerWrappers.find(({ id }) => id === wrapped[1]);
    if (!wrapper) throw unknownName(wrapped[1], optimizerWrappers);
    const { wrappers, base } = specsOf(wrapped[2]);
    return { wrappers: [wrapper, ...wrappers], base };
  }
  const base = optimizers.find(({ id }) => id === name);
  if (base) return { wrappers: [], base };
  if (optimizerWrappers.some(({ id }) => id === name)) {
    throw new HpoError(`"${name}" wraps another optimizer. Name both, as in "${name}(adamw)".`);
  }
  throw unknownName(name, optimizers);
}

const unknownName = (name: string, known: readonly { readonly id: string }[]): HpoError =>
  new HpoError(
    `There is no optimizer "${name}". There is ${known.map(({ id }) => id).join(", ")}.`,
  );

/**
 * Builds an optimizer from parameters of `optimizerSpace`: hyperparameters by their own names or
 * by the coordinates that they are searched in (beta1 or oneMinusBeta1). A parameter `optimizer`
 * that repeats the name may be there.
 * @throws HpoError on an unknown name, parameter or value; `optimizerParams` picks those that fit.
 */
export function createOptimizer(name: OptimizerName, params: Params = {}): Optimizer {
  const { wrappers, base } = specsOf(name);
  const { optimizer: repeated, ...rest } = params;
  if (repeated !== undefined && repeated !== name) {
    throw new HpoError(
      `createOptimizer("${name}"): the parameters are those of optimizer=${String(repeated)}. ` +
        `Call createOptimizer(params.optimizer, params).`,
    );
  }
  const known = new Set([...wrappers, base].flatMap((spec) => namesOf(spec.hyperparameters)));
  const stray = Object.keys(rest).find((key) => !known.has(key));
  if (stray !== undefined) {
    throw new HpoError(
      `createOptimizer("${name}"): it has no parameter "${stray}". It has ${[...known].join(", ")}. ` +
        `To pass a trial's params with others among them, use optimizerParams("${name}", params).`,
    );
  }
  return wrappers.reduceRight(
    (inner, wrapper) => wrapper.wrap(inner, optionsFrom(wrapper.hyperparameters, rest)),
    base.create(optionsFrom(base.hyperparameters, rest)),
  );
}

/** Those of a trial's parameters that belong to this optimizer. */
export function optimizerParams(name: OptimizerName, params: Params): Params {
  const { wrappers, base } = specsOf(name);
  const known = new Set([...wrappers, base].flatMap((spec) => namesOf(spec.hyperparameters)));
  return Object.fromEntries(Object.entries(params).filter(([key]) => known.has(key)));
}

const namesOf = (hyperparameters: Hyperparameters): readonly string[] =>
  Object.entries(hyperparameters).flatMap(([key, { search }]) => {
    const searched = search && coordinateName(key, search);
    return searched === undefined || searched === key ? [key] : [key, searched];
  });

function optionsFrom(hyperparameters: Hyperparameters, params: Params): Record<string, Scalar> {
  const options: Record<string, Scalar> = {};
  for (const [key, { search }] of Object.entries(hyperparameters)) {
    if (Object.hasOwn(params, key)) options[key] = params[key];
    if (!search) continue;
    const searched = coordinateName(key, search);
    if (searched === key || !Object.hasOwn(params, searched)) continue;
    if (Object.hasOwn(params, key)) {
      throw new HpoError(`"${key}" and "${searched}" are the same hyperparameter. Give one.`);
    }
    options[key] = throughScale(params[searched], search);
  }
  return options;
}
