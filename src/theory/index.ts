/**
 * Curvature, gradient noise, and what they say of learning rates and batch sizes.
 *
 * @module hpo/theory
 */
export * from "./rate-laws/batch-law.ts";
export * from "./rate-laws/best-rates.ts";
export * from "./rate-laws/budget.ts";
export * from "./prior/coordinates.ts";
export * from "./curvature/directional-edge.ts";
export * from "./curvature/hvp.ts";
export * from "./rate-laws/known-rate.ts";
export * from "./curvature/lanczos.ts";
export * from "./rate-laws/law-choice.ts";
export * from "./noise/noise-scale.ts";
export * from "./curvature/power-iteration.ts";
export * from "./curvature/preconditioner.ts";
export * from "./prior/prior.ts";
export * from "./prior/prior-check.ts";
export * from "./prior/prior-decay.ts";
export * from "./prior/prior-evidence.ts";
export * from "./prior/prior-knowledge.ts";
export * from "./probe/index.ts";
export * from "./rate-laws/range-test.ts";
export * from "./prior/rate-belief.ts";
export * from "./rate-laws/rate-law.ts";
export * from "./prior/rate-prior.ts";
export * from "./rate-laws/rate-recommendation.ts";
export * from "./rate-laws/rescale.ts";
export * from "./rate-laws/scale.ts";
export { SIZES, sizeExponent } from "./rate-laws/size.ts";
export type { Parametrization, SizeName, SizeOptions, TrainingSize } from "./rate-laws/size.ts";
export * from "./prior/setting-belief.ts";
export * from "./curvature/stability.ts";
export * from "./study/index.ts";
export * from "./rate-laws/surge.ts";
export * from "./curvature/trace.ts";
export * from "./noise/trade-off.ts";
