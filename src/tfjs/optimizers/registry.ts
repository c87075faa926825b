import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { amsgrad } from "./amsgrad.ts";
import { asgd } from "./asgd.ts";
import { lamb } from "./lamb.ts";
import { lars } from "./lars.ts";
import { lbfgs } from "./lbfgs.ts";
import { lion } from "./lion.ts";
import { lookahead } from "./lookahead.ts";
import { momentum } from "./momentum.ts";
import { muon } from "./muon.ts";
import { nadam } from "./nadam.ts";
import { nesterov } from "./nesterov.ts";
import { radam } from "./radam.ts";
import { rmsprop } from "./rmsprop.ts";
import { rprop } from "./rprop.ts";
import { sam } from "./sam.ts";
import { sgd } from "./sgd.ts";
import { shampoo } from "./shampoo.ts";
import { signSgd } from "./sign-sgd.ts";
import { sparseAdam } from "./sparse-adam.ts";

/** Every optimizer that stands by itself. */
export const optimizers = [
  sgd,
  signSgd,
  asgd,
  momentum,
  nesterov,
  adagrad,
  rmsprop,
  adadelta,
  adam,
  amsgrad,
  adamw,
  sparseAdam,
  adamax,
  nadam,
  radam,
  rprop,
  lion,
  muon,
  shampoo,
  lars,
  lamb,
  lbfgs,
] as const;

/** Every optimizer over another one, named like `lookahead(adamw)`. */
export const optimizerWrappers = [lookahead, sam] as const;
