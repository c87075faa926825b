import { median } from "../numerics/quantile.ts";
import type { Report } from "../trial.ts";
import { checkLeast, checkWithin, requireKnown } from "./options.ts";
import type { Pruner } from "./pruner.ts";
import { collect, insertInto } from "./sorted.ts";

export interface DivergenceOptions {
  /** How far beyond the envelope's centre, in robust standard deviations; ≥ 0; 5 if left out. */
  readonly width?: number;
  /** So many reports in a row must lie beyond it; ≥ 1; 2 if left out: a spike may pass. */
  readonly patience?: number;
  /** The envelope holds at a step once so many completed trials reported there; 5 if left out. */
  readonly startupTrials?: number;
  /** Below this step the envelope doesn't hold; 0 if left out. Explosions count at any step. */
  readonly warmupSteps?: number;
  /** A value so many times any size before it, in the same trial, is one; 1000 if left out. */
  readonly explosionFactor?: number;
}

interface State {
  /** By step: the finite values that completed trials reported there, ascending. */
  readonly valuesAt: Map<number, number[]>;
  /** The ranges of completed trials' curves, greatest minus least, ascending. */
  readonly ranges: number[];
}

/** Makes the median absolute deviation a standard deviation under the normal law: 1/Φ⁻¹(3/4). */
const MAD_TO_SIGMA = 1.4826;
/** The envelope is nowhere narrower than this part of what a curve usually covers. */
const LEAST_PART = 0.05;

/**
 * Prunes a trial whose training diverges: far worse than trials that came to their end, not merely
 * worse than most of them.
 *
 * At once, at any step and without any history: a report of NaN or as bad as can be, and an
 * explosion, vₙ > explosionFactor · max |v₁ … vₙ₋₁| (the maximum not being 0).
 *
 * Otherwise by the envelope of completed trials' finite reports x₁ … xₖ at the same step s,
 *
 *   mₛ = median xᵢ,   σₛ = max(1.4826 · median |xᵢ − mₛ|, 0.05 · median range of their curves),
 *
 * if the last `patience` reports all have v > mₛ + width · σₛ. Median and MAD bear up to half of the
 * completed curves gone astray (Hampel's identifier; Leys et al., J. Exp. Soc. Psychol. 49, 2013,
 * eq. 1). The second term keeps a few alike curves from making a narrow envelope; where both are 0
 * the envelope says nothing. Shifting or scaling the metric changes no decision of the envelope.
 * @throws HpoError on an option out of its range
 */
export function divergence(options: DivergenceOptions = {}): Pruner<State> {
  requireKnown("divergence", options, [
    "width",
    "patience",
    "startupTrials",
    "warmupSteps",
    "explosionFactor",
  ]);
  const { width = 5, patience = 2, startupTrials = 5, warmupSteps = 0 } = options;
  const { explosionFactor = 1000 } = options;
  checkWithin("width", width, 0, Infinity);
  checkLeast("patience", patience, 1);
  checkLeast("startupTrials", startupTrials, 1);
  checkLeast("warmupSteps", warmupSteps, 0);
  checkWithin("explosionFactor", explosionFactor, 1, Infinity);
  const isBeyond = ({ valuesAt, ranges }: State, { step, value }: Report): boolean => {
    const values = valuesAt.get(step);
    if (step < warmupSteps || !values || values.length < startupTrials) return false;
    const centre = median(values);
    const spread = MAD_TO_SIGMA * median(values.map((one) => Math.abs(one - centre)));
    const sigma = Math.max(spread, LEAST_PART * median(ranges));
    return sigma > 0 && value > centre + width * sigma;
  };
  return {
    name: "divergence",
    init: () => ({ valuesAt: new Map(), ranges: [] }),
    observe(state, trial) {
      if (trial.outcome === "complete") takeIn(state, trial.reports);
      return state;
    },
    shouldPrune(state, { trial: { reports } }) {
      if (hasExploded(reports, explosionFactor)) return true;
      if (reports.length < patience) return false;
      return reports.slice(-patience).every((report) => isBeyond(state, report));
    },
  };
}

function takeIn({ valuesAt, ranges }: State, reports: readonly Report[]): void {
  let low = Infinity;
  let high = -Infinity;
  for (const report of reports) {
    if (!Number.isFinite(report.value)) continue;
    collect(valuesAt, report);
    low = Math.min(low, report.value);
    high = Math.max(high, report.value);
  }
  if (low <= high) insertInto(ranges, high - low);
}

/** Whether the last report is NaN, +Infinity, or out of all proportion to those before it. */
function hasExploded(reports: readonly Report[], factor: number): boolean {
  const last = reports.at(-1);
  if (last === undefined) return false;
  if (Number.isNaN(last.value) || last.value === Infinity) return true;
  let size = 0;
  for (let i = 0; i < reports.length - 1; i++) {
    const { value } = reports[i];
    if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  }
  return size > 0 && last.value > factor * size;
}
