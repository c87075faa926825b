import { HpoError } from "../../errors/errors.ts";
import type { BatchLaw } from "../rate-laws/batch-law.ts";
import type { OptimizerFamily } from "../prior/prior-knowledge.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "../probe/measurement.ts";

/** The law that a measurement gives; without one, the exponent's, and why. */
export interface MeasuredLaw {
  readonly law?: BatchLaw;
  readonly notes: readonly string[];
}

const SIGN_LIKE: readonly OptimizerFamily[] = ["adam", "rmsProp", "lion", "sign"];

/** What the law "surge" needs beside what a prior costs: tr H. */
export const needsCrossChecks = (batchLaw: string | undefined): boolean => batchLaw === "surge";

/**
 * How the best learning rate moves with the batch size by the measured noise.
 * @throws HpoError where what the law needs was not measured
 *
 * @example
 * ```ts
 * import { measuredLaw, type OptimizerMeasurement, type ProbeMeasurement } from "hpo/theory";
 *
 * function say(measurement: ProbeMeasurement, optimizer: OptimizerMeasurement) {
 *   const { law, notes } = measuredLaw("saturating", measurement, optimizer);
 *   console.log(law ?? "an exponent with an uncertainty", notes);
 * }
 * ```
 */
export function measuredLaw(
  kind: "power" | "saturating" | "surge",
  measurement: ProbeMeasurement,
  optimizer: OptimizerMeasurement,
): MeasuredLaw {
  if (kind === "power") return { notes: [] };
  if (kind === "surge" && SIGN_LIKE.includes(optimizer.family))
    return surge(measurement, optimizer);
  const said =
    kind === "surge"
      ? [`${optimizer.name} is no sign-like update: the saturating law stands for the surge's.`]
      : [];
  const { law, notes } = saturating(measurement);
  return { law, notes: [...said, ...notes] };
}

/** By B_noise, else by B_simple. */
function saturating({ weightedNoise, simpleNoise }: ProbeMeasurement): MeasuredLaw {
  if (!weightedNoise && !simpleNoise) throw notMeasured("saturating", "a noise scale");
  const noiseScale = weightedNoise?.value ?? simpleNoise?.value;
  if (noiseScale === undefined) return { notes: [NO_NOISE] };
  const notes =
    weightedNoise?.value === undefined
      ? ["B_noise was not found: B_simple stands for it in the batch law."]
      : [];
  return { law: { kind: "saturating", noiseScale }, notes };
}

/**
 * The surge with momentum (kexue.fm 10542): ρ = (1−β1)/(1+β1), which of Adam is 1/gain, and
 * β_n² = ρ tr H/(sᵀHs − ρ tr H).
 */
function surge(
  { simpleNoise, sign, trace }: ProbeMeasurement,
  { stability }: OptimizerMeasurement,
): MeasuredLaw {
  if (!simpleNoise) throw notMeasured("surge", "the noise scale B_simple");
  if (!sign) throw notMeasured("surge", "the curvature sᵀHs along the gradient's sign");
  if (!trace) throw notMeasured("surge", "tr H, which cross-checks add");
  const noiseScale = simpleNoise.value;
  if (noiseScale === undefined) return { notes: [NO_NOISE] };
  const ρ = stability.kind === "threshold" ? 1 / stability.gain : 1;
  const damped = ρ * trace.value;
  if (!(damped > 0)) {
    return { notes: ["tr H is not positive: no surge; the exponent moves the prior instead."] };
  }
  const off = sign.curvature - damped;
  if (!(off > 0)) {
    const why = "the coordinates do not reinforce each other (sᵀHs ≤ ρ tr H): no surge";
    return {
      law: { kind: "rootSaturating", noiseScale },
      notes: [`${why}; the law is (1 + B_simple/B)^-½.`],
    };
  }
  return { law: { kind: "surge", noiseScale, turningPoint: Math.sqrt(damped / off) }, notes: [] };
}

const NO_NOISE =
  "The noise scale is unknown, as its estimate was not positive: the exponent moves the prior " +
  "with the batch size instead.";

const notMeasured = (law: string, what: string): HpoError =>
  new HpoError(
    `theory: batchLaw "${law}" needs ${what}, which the measurement lacks. Measure again with it ` +
      '(hpo probe does), or use batchLaw: "power".',
  );
