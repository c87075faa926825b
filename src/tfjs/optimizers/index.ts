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
export { adadelta } from "./adadelta.ts";
export { adagrad } from "./adagrad.ts";
export { adam } from "./adam.ts";
export { adamax } from "./adamax.ts";
export { adamw } from "./adamw.ts";
export { amsgrad } from "./amsgrad.ts";
export { asgd } from "./asgd.ts";
export { lamb } from "./lamb.ts";
export { lars } from "./lars.ts";
export { lbfgs } from "./lbfgs.ts";
export { lion } from "./lion.ts";
export { lookahead } from "./lookahead.ts";
export { momentum } from "./momentum.ts";
export { muon } from "./muon.ts";
export { nadam } from "./nadam.ts";
export { nesterov } from "./nesterov.ts";
export { radam } from "./radam.ts";
export { rmsprop } from "./rmsprop.ts";
export { rprop } from "./rprop.ts";
export { sam } from "./sam.ts";
export { sgd } from "./sgd.ts";
export { shampoo } from "./shampoo.ts";
export { signSgd } from "./sign-sgd.ts";
export { sparseAdam } from "./sparse-adam.ts";
