export { batchesOf } from "./batches.ts";
export type { BatchesOptions, BatchTensors, ProbeBatches } from "./batches.ts";
export { tfProbe } from "./probe.ts";
export type { LossProbeSpec, ModelProbeSpec, ProbeSpec } from "./spec.ts";
