/*
 * Every pruner, one line each: the line gives it its export and its name in study files. Each takes
 * its options as one object.
 */
export { divergence, type DivergenceOptions } from "./divergence.ts";
export { hyperband, type HyperbandOptions } from "./hyperband.ts";
export { median } from "./median.ts";
export { patient, type PatientOptions } from "./patient.ts";
export { percentile, type PercentileOptions } from "./percentile.ts";
export { successiveHalving, type SuccessiveHalvingOptions } from "./successive-halving.ts";
export { threshold, type ThresholdOptions } from "./threshold.ts";
export { wilcoxon, type WilcoxonOptions } from "./wilcoxon.ts";
