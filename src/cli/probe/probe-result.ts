import type { Params } from "../../space/search-space.ts";
import type { ProbeMeasurement } from "../../theory/probe/measurement.ts";
import type { BatchRecommendation, OptimizerRates } from "../../theory/probe/recommend.ts";

/** What `hpo probe` found, for text, JSON and the plot alike. */
export interface ProbeResult {
  readonly study: string;
  readonly params: Params;
  /** At initialisation: all optimizers that were asked for. */
  readonly start: ProbeMeasurement;
  /** At later steps: the study's own. */
  readonly along: readonly ProbeMeasurement[];
  readonly budget: "steps" | "samples";
  readonly rates: readonly OptimizerRates[];
  readonly batch?: BatchRecommendation;
  readonly notes: readonly string[];
}
