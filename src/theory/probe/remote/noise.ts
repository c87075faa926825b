import { meanOf, squaredDeviations, total } from "../../../numerics/moments.ts";
import { simpleNoiseScale, weightedNoiseScale } from "../../noise/noise-scale.ts";
import type { RemoteMeasurement } from "./remote-measurement.ts";
import { PRODUCT } from "./sharpness.ts";

export const NOISE_BATCHES = 8;

/** The noise scales, from the norms and curvatures of J batches' gradients and of their mean. */
export async function remoteNoise(remote: RemoteMeasurement) {
  // J gradients, J + 1 products.
  const batches = Math.min(NOISE_BATCHES, Math.floor((remote.left - PRODUCT) / (1 + PRODUCT)));
  if (batches < 2) {
    remote.leaveOut("the noise scale");
    return {};
  }
  const answer = await remote.ask({ ask: "noise", batches, curvature: true });
  const { batchSize: b } = remote.greeting;
  const { squaredNorms, meanSquaredNorm, curvatures, meanCurvature } = answer;
  const J = squaredNorms.length;
  const spread = (total(squaredNorms) / J - meanSquaredNorm) * (J / (J - 1));
  const signal = meanSquaredNorm - spread / J;
  const simple = simpleNoiseScale([{ noise: spread * b, signal }]);
  if (!(signal > 0)) {
    remote.warn(`the gradient drowns in noise: |G|² is estimated as ${signal}`);
  }
  const norms = squaredNorms.map(Math.sqrt);
  const meanNorm = meanOf(norms);
  const variance = squaredDeviations(norms) / (J - 1);
  const weighted =
    curvatures && meanCurvature !== undefined
      ? weightedOf(curvatures, meanCurvature, signal, b)
      : undefined;
  return {
    ...(signal > 0 && { gradientNorm: Math.sqrt(signal) }),
    simpleNoise: simple === undefined ? {} : { value: simple },
    ...(weighted && { weightedNoise: weighted }),
    ...(meanNorm > 0 && { gradientNormVariation: Math.sqrt(variance) / meanNorm }),
  };
}

/** B_noise with T = (b/(J−1)) Σ δ_jᵀHδ_j and Σ δ_jᵀHδ_j = Σ g_jᵀHg_j − J ḡᵀHḡ. */
function weightedOf(
  curvatures: readonly number[],
  meanCurvature: number,
  signal: number,
  batchSize: number,
) {
  const J = curvatures.length;
  const trace = (batchSize / (J - 1)) * (total(curvatures) - J * meanCurvature);
  const { noiseScale, maxRate } = weightedNoiseScale(
    trace,
    meanCurvature - trace / (batchSize * J),
    signal,
  );
  return {
    ...(noiseScale !== undefined && { value: noiseScale }),
    ...(maxRate !== undefined && { maxRate }),
  };
}
