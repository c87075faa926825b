import { assertNever } from "../../errors/errors.ts";
import { requirePositive } from "../../errors/checks.ts";

/**
 * How the best learning rate depends on the batch size B, where the gradient's noise was measured:
 * its shape only, as a share of the law's maximum. One-step laws at fixed weights.
 */
export type BatchLaw =
  /** η/η_max = 1/(1 + N/B), N = B_noise or B_simple: SGD, McCandlish et al. (2018, eq. 2.6). */
  | { readonly kind: "saturating"; readonly noiseScale: number }
  /** η/η_max = (1 + N/B)^-½: sign-like updates whose coordinates do not interact. */
  | { readonly kind: "rootSaturating"; readonly noiseScale: number }
  /**
   * η/η_max = 1/[½(β_n/β + β/β_n)], β = (1 + N/B)^-½: the surge of sign-like updates
   * (arXiv 2405.14578), with `turningPoint` β_n > 0; its peak lies at N·β_n²/(1 − β_n²).
   */
  | { readonly kind: "surge"; readonly noiseScale: number; readonly turningPoint: number };

/** sd of ln N: one measurement of the noise is not better than that. */
const NOISE_SD = 1;

/** ln(η/η_max) ≤ 0 at a batch size. */
export function logShare(law: BatchLaw, batchSize: number): number {
  requirePositive("batchSize", batchSize);
  requirePositive("noiseScale", law.noiseScale);
  const logNoise = Math.log1p(law.noiseScale / batchSize);
  switch (law.kind) {
    case "saturating":
      return -logNoise;
    case "rootSaturating":
      return -logNoise / 2;
    case "surge": {
      requirePositive("turningPoint", law.turningPoint);
      const ratio = law.turningPoint * Math.exp(logNoise / 2);
      return -Math.log((ratio + 1 / ratio) / 2);
    }
    default:
      return assertNever(law);
  }
}

/**
 * The standard deviation of the law's ln η that comes of not knowing N better than to a factor e:
 * at `batchSize` against `referenceBatch`, or without one against the law's maximum.
 */
export function shareSd(law: BatchLaw, batchSize: number, referenceBatch?: number): number {
  const at = (noiseScale: number): number => {
    const moved = { ...law, noiseScale };
    const reference = referenceBatch === undefined ? 0 : logShare(moved, referenceBatch);
    return logShare(moved, batchSize) - reference;
  };
  const factor = Math.exp(NOISE_SD);
  return Math.abs(at(law.noiseScale * factor) - at(law.noiseScale / factor)) / 2;
}
