export { activations, gelu, swish } from "./activations.ts";
export type { ActivationName } from "./activations.ts";
export { cnn } from "./cnn.ts";
export type { CnnOptions } from "./cnn.ts";
export { dropout } from "./dropout.ts";
export {
  createVariable,
  glorotUniform,
  heNormal,
  lecunNormal,
  normalInitializer,
  ones,
  zeros,
} from "./initializers.ts";
export type { Initializer } from "./initializers.ts";
export { fromLayersModel, seededDropout } from "./layers-model.ts";
export { mlp } from "./mlp.ts";
export type { MlpOptions } from "./mlp.ts";
export type { ApplyContext, Model } from "./model.ts";
export { transformer } from "./transformer.ts";
export type { TransformerOptions } from "./transformer.ts";
