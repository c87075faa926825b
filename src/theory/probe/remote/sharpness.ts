import { meanOf, squaredDeviations } from "../../../numerics/moments.ts";
import { ritz, settled, type RitzStep } from "../../curvature/ritz.ts";
import type { SharpnessMeasurement } from "../measurement.ts";
import type { RemoteMeasurement } from "./remote-measurement.ts";

const LANCZOS_PRODUCTS = 12;
const LANCZOS_TOLERANCE = 0.05;
const POWER_PRODUCTS = 25;
const TRACE_SAMPLES = 16;
/** A Hessian-vector product by double back-propagation, in gradients. */
export const PRODUCT = 2;

/** λ_max by Lanczos, the tridiagonal numbers of which the program tells. */
export async function remoteSharpness(
  remote: RemoteMeasurement,
  preconditioned: boolean,
): Promise<SharpnessMeasurement | undefined> {
  const what = preconditioned ? "λ_max of the preconditioned Hessian" : "λ_max";
  const products = Math.min(LANCZOS_PRODUCTS, Math.floor(remote.left / PRODUCT));
  if (products < 3) return remote.leaveOut(what);
  const { seed = 0 } = remote.options;
  await remote.ask({ ask: "lanczosStart", seed, preconditioned });
  const alphas: number[] = [];
  const betas: number[] = [];
  const history: RitzStep[] = [];
  for (let k = 1; k <= products; k++) {
    const { alpha, beta } = await remote.ask({ ask: "lanczosStep" });
    if (!Number.isFinite(alpha + beta)) {
      remote.warn(`${what}: the Hessian-vector product was not finite`);
      return undefined;
    }
    alphas.push(alpha);
    const pair = ritz(alphas, betas);
    betas.push(beta);
    const exhausted = k >= remote.greeting.weights || beta <= 1e-12 * pair.size;
    const residual = exhausted ? 0 : beta * Math.abs(pair.last);
    history.push({ lambdaMax: pair.largest, residual });
    const converged = exhausted || settled(history, LANCZOS_TOLERANCE);
    if (converged || k === products) {
      if (!converged) remote.warn(`${what} did not settle in ${k} products`);
      return { value: pair.largest, residual, products: k, converged };
    }
  }
  return undefined;
}

export async function remotePowerIteration(remote: RemoteMeasurement) {
  const steps = Math.min(POWER_PRODUCTS, Math.floor(remote.left / PRODUCT));
  if (steps < 2) return remote.leaveOut("power iteration");
  const { seed = 0 } = remote.options;
  const { value, converged, products } = await remote.ask({
    ask: "power",
    steps,
    tolerance: LANCZOS_TOLERANCE / 5,
    seed,
  });
  return Number.isFinite(value) ? { value, products, converged } : undefined;
}

/** tr H by Hutchinson, with its standard error. */
export async function remoteTrace(remote: RemoteMeasurement) {
  const samples = Math.min(TRACE_SAMPLES, Math.floor(remote.left / PRODUCT));
  if (samples < 2) return remote.leaveOut("tr H");
  const answer = await remote.ask({ ask: "trace", samples, seed: remote.options.seed ?? 0 });
  const m = answer.samples.length;
  const value = meanOf(answer.samples);
  const variance = squaredDeviations(answer.samples) / Math.max(1, m - 1);
  return { value, standardError: Math.sqrt(variance / m), products: answer.products };
}
