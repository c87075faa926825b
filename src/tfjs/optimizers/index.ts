export {
  createOptimizer,
  optimizerParams,
  type BaseOptimizerName,
  type OptimizerName,
} from "./create.ts";
export { optimizerRoles, optimizerSpace } from "./space.ts";
export { Optimizer, type NamedGradients } from "./optimizer.ts";
export { optimizers, optimizerWrappers } from "./registry.ts";
export type { OptimizerState, SavedArray, SavedVariable } from "./support/state.ts";
export type { Hyperparameter, Role } from "./support/hyperparameters.ts";
export type {
  OptimizerFactory,
  OptimizerSpec,
  WrapperFactory,
  WrapperSpec,
} from "./support/define.ts";
export * from "./all.ts";
