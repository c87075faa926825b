/*
 * Every optimizer of the package, one line each: the line gives it its name in `createOptimizer`, its
 * search space, its row in a probe's table, its export and its common tests.
 */
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
