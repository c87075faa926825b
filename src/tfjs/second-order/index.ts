export { curvatureOf } from "./curvature.ts";
export type { Curvature, CurvatureOptions } from "./curvature.ts";
export { finiteDifferenceProduct } from "./finite-differences.ts";
export { assignFlat, flatten, unflatten } from "../flat.ts";
export { hessianVectorProduct, lossAndGradient, lossGradient } from "./hessian-vector-product.ts";
export type { LossFunction } from "./hessian-vector-product.ts";
