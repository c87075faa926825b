import { divergence } from "./divergence.ts";
import { hyperband } from "./hyperband.ts";
import { median } from "./median.ts";
import { patient } from "./patient.ts";
import { percentile, type PercentileOptions } from "./percentile.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { successiveHalving } from "./successive-halving.ts";
import { threshold } from "./threshold.ts";
import { wilcoxon } from "./wilcoxon.ts";

export { divergence, type DivergenceOptions } from "./divergence.ts";
export type { EdgeOptions } from "./edge.ts";
export type { EdgeRule } from "./edge-rule.ts";
export { hyperband, type HyperbandOptions } from "./hyperband.ts";
export { median } from "./median.ts";
export { patient, type PatientOptions } from "./patient.ts";
export { percentile, type PercentileOptions } from "./percentile.ts";
export type { Judgement, PruneContext, Pruner } from "../contracts/pruner.ts";
export { successiveHalving, type SuccessiveHalvingOptions } from "./successive-halving.ts";
export { threshold, type ThresholdOptions } from "./threshold.ts";
export { wilcoxon, type WilcoxonOptions } from "./wilcoxon.ts";

type NamedPercentile = PercentileOptions & { readonly percentile?: number };

/** Pruners by the names that study files know; each takes its options as one object. */
export const pruners = {
  median,
  percentile: ({ percentile: rank = 25, ...rest }: NamedPercentile = {}): Pruner =>
    percentile(rank, rest),
  "successive-halving": successiveHalving,
  hyperband,
  patient,
  threshold,
  wilcoxon,
  divergence,
} as const satisfies Readonly<Record<string, (options: never) => Pruner>>;

export type PrunerName = keyof typeof pruners;
