export { median } from "./median.ts";
export { percentile, type PercentileOptions } from "./percentile.ts";
export type { PruneContext, Pruner } from "./pruner.ts";
