import { meanOf } from "../../numerics/moments.ts";
import { bestRates, type RateTrial } from "../rate-laws/best-rates.ts";
import { logEvidenceRatio } from "./prior-evidence.ts";
import { beliefAt, type RateBelief } from "./rate-belief.ts";
import { requirePositive } from "../../errors/checks.ts";

export interface PriorCheckOptions {
  readonly belief: RateBelief;
  /** The range of learning rates that is searched. */
  readonly range: { readonly low: number; readonly high: number };
  /** The stability edge, where the optimizer has one, for the divergence test. */
  readonly stabilityEdge?: number;
  /** β0, as it is now. */
  readonly strength: number;
}

export interface PriorTest {
  readonly name: "distance" | "evidence" | "density" | "divergence";
  readonly value: number;
  readonly threshold: number;
  readonly failed: boolean;
  /** For the log and the report. */
  readonly text: string;
}

export type PriorVerdict =
  | { readonly kind: "tooEarly" }
  | { readonly kind: "keep" }
  /** One test failed: a quarter of the strength, twice the width. */
  | { readonly kind: "weaken"; readonly strength: number; readonly widen: 2 }
  /** Two or more failed: search without the prior. */
  | { readonly kind: "drop" };

export interface PriorCheck {
  readonly verdict: PriorVerdict;
  /** Those that could be made with these trials. */
  readonly tests: readonly PriorTest[];
}

const FEWEST_TRIALS = 6;
const UNIFORM = 0.2;
/**
 * A wrong prior that keeps the search where all values are alike leaves little else to see. There the
 * ratio was below .8 in nine of ten searches from 8 trials on, and above it in nine of ten by a right
 * prior (studies/evidence/prior-ablation); of fewer trials less can be asked,
 * and from 16 on that they speak for it.
 */
function leastEvidence(trials: number): number {
  if (trials < 10) return 0.5;
  return trials < 16 ? 0.8 : 1.2;
}

/**
 * Whether the trials so far speak against the prior, by four tests after at least 6 finished
 * trials (thresholds are engineering choices). Check again only as trials are added, and only while
 * the verdict is "keep": a prior that was dropped stays dropped.
 *
 * @param trials finished ones in order; a value that is not finite is a divergence
 */
export function checkPriorAgainst(
  trials: readonly RateTrial[],
  options: PriorCheckOptions,
): PriorCheck {
  requirePositive("range.low", options.range.low);
  requirePositive("strength", options.strength);
  const finite = trials.filter((trial) => Number.isFinite(trial.value));
  if (trials.length < FEWEST_TRIALS) return { verdict: { kind: "tooEarly" }, tests: [] };
  // Values that are all equal rank nothing.
  const ranked = finite.some((trial) => trial.value !== finite[0].value) ? finite : [];
  const tests = [
    ...(ranked.length >= 3 ? [distanceTest(ranked, options), densityTest(ranked, options)] : []),
    ...(ranked.length >= FEWEST_TRIALS ? [evidenceTest(ranked, options)] : []),
    ...divergenceTest(trials, options),
  ];
  const failures = tests.filter((test) => test.failed).length;
  return { verdict: verdictOf(failures, options.strength), tests };
}

function verdictOf(failures: number, strength: number): PriorVerdict {
  if (failures === 0) return { kind: "keep" };
  if (failures >= 2) return { kind: "drop" };
  return { kind: "weaken", strength: strength / 4, widen: 2 };
}

/** z = |ln η̂ − m|/√(s² + s_post²) > 2.5, with all trials moved to the reference batch. */
function distanceTest(trials: readonly RateTrial[], { belief }: PriorCheckOptions): PriorTest {
  const moved = trials.map((trial) => ({
    ...trial,
    batchSize: belief.referenceBatch,
    learningRate: Math.exp(
      Math.log(trial.learningRate) - beliefAt(belief, trial.batchSize).mean + belief.center,
    ),
  }));
  const [best] = bestRates(moved, belief.exponent.mean);
  const gap = Math.abs(Math.log(best.learningRate) - belief.center);
  const value = gap / Math.sqrt(belief.sd * belief.sd + best.sdOfLog * best.sdOfLog);
  const text = `the best learning rate found is ${value.toFixed(1)} standard deviations away`;
  return { name: "distance", value, threshold: 2.5, failed: value > 2.5, text };
}

/** The mean of ln(π/U) at the best tenth of trials, at least 2, is below 0. */
function densityTest(
  trials: readonly RateTrial[],
  { belief, range }: PriorCheckOptions,
): PriorTest {
  const top = [...trials]
    .sort((a, b) => a.value - b.value)
    .slice(0, Math.max(2, Math.ceil(trials.length / 10)));
  const width = Math.log(range.high / range.low);
  const logs = top.map(({ learningRate, batchSize }) => {
    const { mean, sd } = beliefAt(belief, batchSize);
    const z = (Math.log(learningRate) - mean) / sd;
    const normal = Math.exp((-z * z) / 2) / (sd * Math.sqrt(2 * Math.PI));
    return Math.log(UNIFORM + (1 - UNIFORM) * normal * width);
  });
  const value = Math.exp(meanOf(logs));
  const text = `the prior is ${value.toFixed(2)} times as dense as uniform at the best trials`;
  return { name: "density", value, threshold: 1, failed: value < 1, text };
}

/** The evidence of theory's mean against a constant is too low. */
function evidenceTest(trials: readonly RateTrial[], { belief }: PriorCheckOptions): PriorTest {
  const offsets = trials.map(({ learningRate, batchSize }) => {
    const { mean, sd } = beliefAt(belief, batchSize);
    return (Math.log(learningRate) - mean) / sd;
  });
  const value = Math.exp(
    logEvidenceRatio(
      offsets,
      trials.map((trial) => trial.value),
    ),
  );
  const threshold = leastEvidence(trials.length);
  const text = `the values are ${value.toPrecision(2)} times as likely under the prior as without`;
  return {
    name: "evidence",
    value,
    threshold,
    failed: value < threshold,
    text,
  };
}

/** More than 30 % of at least 3 trials below a quarter of the stability edge diverged. */
function divergenceTest(
  trials: readonly RateTrial[],
  { stabilityEdge }: PriorCheckOptions,
): PriorTest[] {
  if (stabilityEdge === undefined) return [];
  const low = trials.filter((trial) => trial.learningRate < stabilityEdge / 4);
  if (low.length < 3) return [];
  const value = low.filter((trial) => !Number.isFinite(trial.value)).length / low.length;
  const text = `${(100 * value).toFixed(0)} % of the trials below a quarter of the edge diverged`;
  return [{ name: "divergence", value, threshold: 0.3, failed: value > 0.3, text }];
}
